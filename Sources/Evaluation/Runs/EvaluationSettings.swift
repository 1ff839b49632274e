/// What is evaluated.
public struct EvaluationSettings: Sendable, Hashable {
    /// The seeds of the scenes and of the noise.
    public var seeds: [UInt64]
    /// Pixels an edge of the pictures.
    public var edge: Int
    /// The ways to them.
    public var methods: [EvaluatedMethod]
    /// Sampling steps of stage one.
    public var steps: Int
    /// Classifier-free guidance.
    public var guidanceScale: Double
    /// How many other true pictures distances are measured to.
    public var referenceCount: Int
    /// How many painted scenes attributes are learned and checked on.
    public var lessonCount: Int
    /// Where pictures and reports go.
    public var folder: String

    /// - Parameters:
    ///   - seeds: of the scenes and of the noise.
    ///   - edge: pixels an edge.
    ///   - methods: the ways to the pictures.
    ///   - steps: sampling steps of stage one.
    ///   - guidanceScale: classifier-free guidance.
    ///   - referenceCount: how many other true pictures distances are measured to.
    ///   - lessonCount: how many painted scenes attributes are learned and checked on.
    ///   - folder: where pictures and reports go.
    public init(
        seeds: [UInt64], edge: Int, methods: [EvaluatedMethod], steps: Int, guidanceScale: Double, referenceCount: Int,
        lessonCount: Int, folder: String
    ) {
        self.seeds = seeds
        self.edge = edge
        self.methods = methods
        self.steps = steps
        self.guidanceScale = guidanceScale
        self.referenceCount = referenceCount
        self.lessonCount = lessonCount
        self.folder = folder
    }

    /// Seeds that no evaluated scene may have: those of the other true pictures and of the lessons.
    public static let reservedSeeds: UInt64 = 1_000_000_000

    var referenceSeeds: Range<UInt64> { Self.reservedSeeds..<Self.reservedSeeds + UInt64(referenceCount) }
    var lessonSeeds: Range<UInt64> { 2 * Self.reservedSeeds..<2 * Self.reservedSeeds + UInt64(lessonCount) }
}
