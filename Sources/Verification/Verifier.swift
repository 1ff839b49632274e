import DiffusionModels
import RenderPipeline
public import Tensors

/// Runs the cases of a folder on a backend.
public struct Verifier: Sendable {
    private let folder: VerificationFolder
    private let backend: any ComputeBackend

    /// - Parameters:
    ///   - folder: the cases.
    ///   - backend: what computes them.
    public init(folder: VerificationFolder, backend: any ComputeBackend) {
        self.folder = folder
        self.backend = backend
    }

    /// How one case came out.
    public struct Outcome: Sendable {
        /// The case's identifier.
        public var id: String
        /// Its kind.
        public var kind: String
        /// How many values were compared.
        public var comparisons: Int
        /// The largest error as a share of its tolerance.
        public var worstShare: Double
        /// That error.
        public var worstError: Double
        /// Its tolerance.
        public var tolerance: Double
        /// Where it was found.
        public var worstName: String
        /// Why the case could not be run; nil when it was.
        public var failure: String?

        /// Whether everything was compared and lies within its tolerance.
        public var passed: Bool { failure == nil && comparisons > 0 && worstShare <= 1 }
    }

    /// Runs one case.
    public func run(_ id: String) async -> Outcome {
        guard let description = folder.cases.first(where: { $0.id == id }) else {
            return Outcome(
                id: id, kind: "", comparisons: 0, worstShare: 0, worstError: 0, tolerance: 0, worstName: "",
                failure: "the manifest has no such case")
        }
        return await run(description)
    }

    /// Renders what a case of the kind `pipeline` or `direct` describes, whatever it is compared with.
    ///
    /// - Parameter id: the case.
    /// - Returns: the picture, `[1, height, width, 3]`, about −1...1; nil where there is no such case.
    /// - Throws: what keeps it from being rendered.
    package func picture(_ id: String) async throws -> Tensor? {
        guard let description = folder.cases.first(where: { $0.id == id }) else { return nil }
        return try await PipelineCheck.render(description, on: backend, RenderObserver())
    }

    private func run(_ description: CaseDescription) async -> Outcome {
        var comparison = Comparison()
        var failure: String?
        var kind = ""
        do {
            kind = try description.string("kind")
            guard let check = CheckKind(rawValue: kind)?.check else { throw CaseFailure("unknown kind '\(kind)'") }
            try description.refuseKeys(otherThan: CaseDescription.commonKeys.union(check.keys))
            comparison = try await check.run(description, on: backend)
            if comparison.count == 0 { throw CaseFailure("nothing was compared") }
        } catch {
            failure = "\(error)"
        }
        let worst = comparison.worst
        return Outcome(
            id: description.id, kind: kind, comparisons: comparison.count, worstShare: worst.share,
            worstError: worst.error, tolerance: worst.allowed, worstName: worst.name, failure: failure)
    }
}

/// Compares one kind of case.
protocol Check: Sendable {
    /// The keys of a case that it acts on, beside those that every case may have.
    var keys: Set<String> { get }

    func run(_ description: CaseDescription, on backend: any ComputeBackend) async throws -> Comparison
}

extension CaseDescription {
    /// Keys that every case may have; the last five only inform.
    static let commonKeys: Set = [
        "id", "kind", "expected", "tol", "note", "fp32_err", "compare", "defaults", "crop",
    ]
}

/// The kinds of cases there are.
enum CheckKind: String, CaseIterable {
    case tokenizer, rng, sizes, bicubic, pfsa, scheduler, unet, vae, pipeline, direct
    case gammaSchedule = "gamma_schedule"
    case textEncoder = "text_encoder"
    case modelVariant = "model_variant"
    case officialParity = "official_parity"

    var check: any Check {
        switch self {
        case .tokenizer: TokenizerCheck()
        case .rng: RandomNumberCheck()
        case .sizes: SizeCheck()
        case .bicubic: BicubicCheck()
        case .pfsa: SelfAttentionCheck()
        case .gammaSchedule: GuidanceScheduleCheck()
        case .scheduler: SamplerCheck()
        case .textEncoder: TextEncoderCheck()
        case .unet: UNetCheck()
        case .vae: AutoencoderCheck()
        case .modelVariant: ModelVariantCheck()
        case .pipeline: PipelineCheck()
        case .direct: PipelineCheck()
        case .officialParity: OfficialParityCheck()
        }
    }
}
