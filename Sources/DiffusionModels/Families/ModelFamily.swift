/// What distinguishes one family of Stable Diffusion models from another beyond its configuration files.
///
/// To add a family: a file beside this one with a static member, and a line in ``all``.
public struct ModelFamily: Sendable, Hashable {
    /// For people: "Stable Diffusion XL".
    public let name: String
    /// `_class_name` values of `model_index.json` that mean this family.
    let pipelineClasses: Set<String>
    /// The text encoders' folders; each has a tokenizer of the same ending.
    let textEncoders: [(folder: String, tokenizer: String)]
    /// Which of an encoder's outputs the UNet attends to.
    let contextLayer: ContextLayer
    /// Whether the UNet is also told the pooled text and the picture's size.
    public let hasAddition: Bool

    enum ContextLayer: Sendable, Hashable {
        case penultimate
        case lastNormalized
    }

    /// Every family that can be loaded.
    public static let all: [ModelFamily] = [.stableDiffusion, .stableDiffusionXL]

    /// Families are told apart by their names; each is defined once.
    public static func == (a: ModelFamily, b: ModelFamily) -> Bool { a.name == b.name }

    /// Hashes what equality compares: the name.
    public func hash(into hasher: inout Hasher) { hasher.combine(name) }
}
