/// One picture to be rendered: everything that determines its pixels, apart from the model and the numerics.
public struct RenderRequest: Sendable, Hashable {
    /// What to draw.
    public var prompt: String
    /// What to lead away from; nil takes the model's own rule for none.
    public var negativePrompt: String?
    /// The size in pixels.
    public var size: Extent
    /// What the random numbers start from.
    public var seed: UInt64
    /// How to get to the size.
    public var method: MethodKind
    /// Sampling steps of stage one.
    public var steps: Int
    /// Sampling steps of which each sub-stage runs the last ones; nil means as many as stage one.
    public var resampleSteps: Int?
    /// Where each sub-stage starts; nil means by the ratio of the areas.
    public var substages: [SubstageStart]?
    /// Classifier-free guidance; 1 or less switches it off.
    public var guidanceScale: Double
    /// The share of the guided prediction whose deviation is brought back to the unguided one's, 0...1.
    public var guidanceRescale: Double
    /// How the sizes of the stages are rounded.
    public var sizeMode: SizeSchedule.Mode
    /// The edge of stage one's square in pixels; nil means what the model was trained on.
    public var nativeSize: Int?
    /// Which sampler.
    public var sampler: SamplerKind
    /// Sampler settings that replace the model folder's.
    public var samplerOverrides: SamplerConfiguration
    /// Guidance of stage one by its own latents.
    public var attentiveGuidance: AttentiveGuidance
    /// The picture that stage two starts from; nil lets stage one draw it.
    public var initialPicture: InitialPicture?
    /// The longest edge of the autoencoder's exact tiles, in latent cells; nil computes whole pictures.
    public var tileCore: Int?
    /// The paper's tiles for the decodes of stage two; nil decodes exactly.
    public var decodeTiling: DecodeTilingRule?
    /// diffusers' tiles for the encodes of stage two; nil encodes exactly.
    public var encodeTiling: EncodeTilingRule?
    /// Windows in which stage two predicts noise; nil predicts all of its latents in one pass.
    public var latentWindows: LatentWindowRule?

    /// The longest edge of the autoencoder's exact tiles unless one is asked for, in latent cells: a tile of SDXL's
    /// autoencoder then works in about half a gibibyte and computes about 1.3 times its share of the whole.
    public static let standardTileCore = 64

    /// The paper's settings for a prompt and a size.
    public init(prompt: String, size: Extent, seed: UInt64 = 0) {
        self.prompt = prompt
        self.size = size
        self.seed = seed
        method = .apldm
        steps = 50
        guidanceScale = 7.5
        guidanceRescale = 0
        sizeMode = .fixed
        sampler = .euler
        samplerOverrides = SamplerConfiguration()
        attentiveGuidance = AttentiveGuidance()
        tileCore = Self.standardTileCore
    }
}

/// The ways to a picture larger than what a model was trained on.
public enum MethodKind: String, Sendable, Hashable, CaseIterable {
    /// Attentive guidance at the training resolution, then progressive refinement in pixel space.
    case apldm
    /// Plain sampling at the target size.
    case direct

    /// What carries it out.
    var method: any RenderMethod {
        switch self {
        case .apldm: APLDMMethod()
        case .direct: DirectMethod()
        }
    }
}
