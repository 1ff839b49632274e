public import Tensors

/// What `text_encoder/config.json` says (transformers `CLIPTextConfig`).
public struct TextEncoderConfiguration: Sendable, Hashable {
    /// Entries of the token table.
    public var vocabularySize: Int
    /// Width of a token's vector.
    public var hiddenSize: Int
    /// Width inside the feed-forward layers.
    public var intermediateSize: Int
    /// Transformer layers.
    public var layers: Int
    /// Attention heads.
    public var heads: Int
    /// The longest sequence, padding included.
    public var maximumLength: Int
    /// Added to the variance in the layer normalisations.
    public var normEpsilon: Float
    /// Between the two feed-forward layers.
    public var activation: Activation
    /// Width of the pooled embedding; nil when the encoder has none.
    public var projectionWidth: Int?
    /// The token whose vector is pooled; nil when it is the one with the largest id, the rule of all encoders whose
    /// configuration still carries the historical value 2.
    public var endToken: Int?

    init(_ file: ConfigurationFile) throws(ModelError) {
        let widths = 1...65536
        var architectures = try file.strings("architectures") ?? []
        if architectures.isEmpty { architectures = ["CLIPTextModel"] }
        switch architectures {
        case ["CLIPTextModel"]: projectionWidth = nil
        case ["CLIPTextModelWithProjection"]: projectionWidth = try file.integer("projection_dim", in: widths) ?? 512
        default:
            throw ModelError(
                .unsupported, file: file.path, subject: "architectures",
                expected: "CLIPTextModel or CLIPTextModelWithProjection",
                found: architectures.joined(separator: ", "),
                remedy: "use one of the Stable Diffusion 1.5, 2.1 or XL families")
        }
        vocabularySize = try file.integer("vocab_size", in: 1...1_000_000) ?? 49408
        hiddenSize = try file.integer("hidden_size", in: widths) ?? 512
        intermediateSize = try file.integer("intermediate_size", in: widths) ?? 2048
        layers = try file.integer("num_hidden_layers", in: 1...256) ?? 12
        heads = try file.integer("num_attention_heads", in: 1...1024) ?? 8
        maximumLength = try file.integer("max_position_embeddings", in: 3...4096) ?? 77
        normEpsilon = Float(try file.double("layer_norm_eps", in: 1e-30...1) ?? 1e-5)
        switch try file.string("hidden_act") ?? "quick_gelu" {
        case "quick_gelu": activation = .quickGELU
        case "gelu": activation = .gelu
        case let other:
            throw file.complaint("hidden_act", "\"gelu\" or \"quick_gelu\"", .string(other))
        }
        let end = try file.integer("eos_token_id", in: 0...1_000_000) ?? 49407
        endToken = end == 2 ? nil : end
        guard hiddenSize.isMultiple(of: heads) else {
            throw file.complaint(
                "num_attention_heads", "a divisor of hidden_size \(hiddenSize)", .number(Double(heads)))
        }
    }
}
