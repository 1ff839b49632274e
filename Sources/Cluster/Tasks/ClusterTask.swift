package import ClusterMessages
package import Telemetry

/// One task as whoever needs its result hands it to the farm.
package struct ClusterTask: Sendable {
    /// What is to be done.
    package var operation: TaskOperation
    /// The digest of the model that it is done with.
    package var model: ContentDigest
    /// What it needs, in the order that the operation says.
    package var inputs: [TaskInput]
    /// The shapes of its outputs; nil where they are not known before.
    package var outputShapes: [[Int]]?
    /// For each of its tiles the groups of channels whose statistics it gives; empty where it gives none.
    package var statisticsGroups: [Int]
    /// Multiplications and additions, about: what its time is predicted by until it was measured.
    package var work: Double
    /// The same of what a worker that does not hold its input has to do before.
    package var replayWork: Double
    /// Bytes that it takes on a worker, about.
    package var memory: Int
    /// The sizes that decide the amount of work.
    package var sizes: [Int]
    /// What the lines about its job have in common in the logs of all hosts; the farm's to set.
    package var trace: TraceID?
    /// Where it stands among others of its kind, for whoever looks on; nil for what was not cut.
    package var position: TaskPosition?

    /// - Parameters:
    ///   - operation: what is to be done.
    ///   - model: the digest of the model.
    ///   - inputs: what it needs.
    ///   - outputShapes: the shapes of its outputs; nil where they are not known before.
    ///   - statisticsGroups: for each of its tiles the groups of channels whose statistics it gives; empty for none.
    ///   - work: multiplications and additions, about.
    ///   - replayWork: the same of what a worker that does not hold its input has to do before.
    ///   - memory: bytes that it takes on a worker, about.
    ///   - sizes: the sizes that decide the amount of work.
    ///   - position: where it stands among others of its kind; nil for what was not cut.
    package init(
        _ operation: TaskOperation, model: ContentDigest, inputs: [TaskInput], outputShapes: [[Int]]?,
        statisticsGroups: [Int] = [], work: Double, replayWork: Double = 0, memory: Int = 0,
        sizes: [Int], position: TaskPosition? = nil
    ) {
        self.operation = operation
        self.model = model
        self.inputs = inputs
        self.outputShapes = outputShapes
        self.statisticsGroups = statisticsGroups
        self.work = work
        self.replayWork = replayWork
        self.memory = memory
        self.sizes = sizes
        self.position = position
    }

    /// The most bytes of outputs whose shapes are not known before: four branches of encoded text of the longest kind.
    static let unknownOutputLimit = 64 << 20

    /// The most bytes that its outputs can have.
    var outputLimit: Int {
        outputShapes.map { $0.reduce(0) { $0 + $1.reduce(MemoryLayout<Float>.stride, *) } } ?? Self.unknownOutputLimit
    }

    /// Bytes of tensors that a worker is sent that holds nothing of it, those left out that stay with it for long.
    var inputBytes: Int {
        inputs.reduce(0) { sum, input in
            if case .shared = input { sum } else { sum + input.byteCount }
        }
    }

    /// The session whose map it looks at, which a worker is sent once.
    var sessionInput: UInt64? { held.first { $0.tile == nil }?.session }

    /// Bytes of its results, as far as they are known before.
    var outputBytes: Int { outputShapes == nil ? 0 : outputLimit }

    /// What of it a worker may hold from an earlier task.
    var held: [HeldInput] {
        inputs.compactMap { input in
            if case .held(let held, _, _) = input { held } else { nil }
        }
    }

    /// What its cost is learned by.
    var costKey: CostKey { CostKey(operation: kind, model: model.hexadecimal, shape: sizes) }

    /// What it is to the dispatcher.
    var kind: ClusterOperation {
        switch operation {
        case .encodeText: .encodeText
        case .predictNoise: .predictNoise
        case .selfAttend: .selfAttend
        case .upsample: .upsample
        case .tile(let tile): tile.direction == .decode ? .decodeTile : .encodeTile
        case .attend: .attendPositions
        case .part: .autoencoderPart
        case .denoise: .denoiseSegment
        case .canary: .canary
        }
    }
}
