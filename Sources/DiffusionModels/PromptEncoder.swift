import FoundationEssentials
public import Tensors

/// Tokenizers and text encoders of one model: prompts to what the UNet is conditioned on.
public struct PromptEncoder: Sendable {
    private let family: ModelFamily
    private let zerosForEmptyPrompt: Bool
    private let stages: [Stage]

    private struct Stage: Sendable {
        let tokenizer: CLIPTokenizer
        let encoder: CLIPTextEncoder
    }

    /// The text's part of a UNet's conditioning.
    public struct Encoding: Sendable {
        /// `[1, tokens, width]`.
        public var context: Tensor
        /// `[1, width]`; nil for families without it.
        public var pooled: Tensor?

        /// - Parameters:
        ///   - context: `[1, tokens, width]`.
        ///   - pooled: `[1, width]`; nil for families without it.
        public init(context: Tensor, pooled: Tensor?) {
            self.context = context
            self.pooled = pooled
        }
    }

    static func load(
        folder: String, family: ModelFamily, zerosForEmptyPrompt: Bool, variant: String?
    ) throws(ModelError) -> (encoder: PromptEncoder, reports: [ComponentReport]) {
        var stages: [Stage] = []
        var reports: [ComponentReport] = []
        for names in family.textEncoders {
            let encoder = try CLIPTextEncoder.load(folder: folder + "/" + names.folder, variant: variant)
            let tokenizer: CLIPTokenizer
            do throws(TokenizerError) {
                tokenizer = try CLIPTokenizer(folder: URL(filePath: folder + "/" + names.tokenizer))
            } catch {
                throw ModelError(error)
            }
            let file = folder + "/" + names.folder + "/config.json"
            let configuration = encoder.network.configuration
            guard tokenizer.vocabularySize <= configuration.vocabularySize else {
                throw ModelError(
                    .configuration, file: file, subject: "vocab_size",
                    expected: "at least the tokenizer's \(tokenizer.vocabularySize) entries",
                    found: "\(configuration.vocabularySize)",
                    remedy: "the folder mixes components of different models; download it again")
            }
            guard tokenizer.maximumLength <= configuration.maximumLength else {
                throw ModelError(
                    .configuration, file: file, subject: "max_position_embeddings",
                    expected: "at least the tokenizer's \(tokenizer.maximumLength)",
                    found: "\(configuration.maximumLength)",
                    remedy: "the folder mixes components of different models; download it again")
            }
            stages.append(Stage(tokenizer: tokenizer, encoder: encoder.network))
            reports.append(encoder.report)
        }
        let encoder = PromptEncoder(family: family, zerosForEmptyPrompt: zerosForEmptyPrompt, stages: stages)
        guard !family.hasAddition || encoder.pooledWidth != nil, encoder.haveSameLength else {
            throw ModelError(
                .configuration, file: folder + "/model_index.json", subject: "text_encoder_2",
                expected: "a CLIPTextModelWithProjection with the sequence length of the first encoder",
                found: "something else", remedy: "download the folder again")
        }
        return (encoder, reports)
    }

    private var haveSameLength: Bool {
        stages.allSatisfy { $0.tokenizer.maximumLength == stages[0].tokenizer.maximumLength }
    }

    /// Width of a context row.
    public var contextWidth: Int { stages.reduce(0) { $0 + $1.encoder.configuration.hiddenSize } }

    /// Width of the last text encoder's pooled embedding; nil when it has no projection. Some families have no use
    /// for it.
    public var pooledWidth: Int? { stages.last?.encoder.configuration.projectionWidth }

    /// The part of a prompt that the encoders never see because it is too long; nil when all of it fits.
    public func truncatedText(of prompt: String) -> String? {
        stages.lazy.compactMap { $0.tokenizer.encode(prompt).truncatedText }.first
    }

    /// Encodes a prompt.
    public func encode(_ prompt: String, on backend: any ComputeBackend) -> Encoding {
        var context: Tensor?
        var pooled: Tensor?
        for stage in stages {
            let encoding = stage.encoder(stage.tokenizer.encode(prompt).ids, on: backend)
            let part =
                switch family.contextLayer {
                case .penultimate: encoding.penultimate
                case .lastNormalized: encoding.lastHidden
                }
            context = context.map { backend.concatenateChannels($0, part) } ?? part
            pooled = encoding.pooled
        }
        return Encoding(context: context ?? Tensor(shape: [1, 0, 0]), pooled: family.hasAddition ? pooled : nil)
    }

    /// Encodes what classifier-free guidance leads away from. Without a negative prompt that is the empty text, or, in
    /// families with a pooled embedding, zeros where the model's index says so (which is not the same: "" is encoded
    /// like any other text).
    public func encodeNegative(_ prompt: String?, on backend: any ComputeBackend) -> Encoding {
        let encoding = encode(prompt ?? "", on: backend)
        guard prompt == nil, zerosForEmptyPrompt, family.hasAddition else { return encoding }
        return Encoding(
            context: Tensor(shape: encoding.context.shape), pooled: encoding.pooled.map { Tensor(shape: $0.shape) })
    }
}
