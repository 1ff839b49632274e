import SwiftProtobuf
public import Tensors

/// A task succeeded. Its outputs follow in DATA frames on the same stream.
public struct TaskResult: Sendable, Hashable {
    /// The most outputs.
    public static let mostOutputs = 16

    /// Which task.
    public let attempt: TaskAttempt
    /// At most ``mostOutputs``, as the operation says.
    public let outputs: [TensorHeader]
    /// What each tile's core contributes to the normalisation that it was taken to: 1 through 256 groups, in binary64
    /// and to the last bit, in the order of the task's tiles. Such a result has no outputs, and every other has none here.
    public let statistics: [[GroupMoments]]
    /// How long loading the model took; 0 when it was loaded.
    public let loadNanoseconds: UInt64
    /// How long waiting for the inputs took.
    public let transferNanoseconds: UInt64
    /// How long computing took: what the cost of later tasks is learned from.
    public let computeNanoseconds: UInt64

    /// A result of these parts.
    public init(
        attempt: TaskAttempt, outputs: [TensorHeader], statistics: [[GroupMoments]] = [], loadNanoseconds: UInt64,
        transferNanoseconds: UInt64, computeNanoseconds: UInt64
    ) {
        self.attempt = attempt
        self.outputs = outputs
        self.statistics = statistics
        self.loadNanoseconds = loadNanoseconds
        self.transferNanoseconds = transferNanoseconds
        self.computeNanoseconds = computeNanoseconds
    }
}

extension TaskResult: WireValue {
    init(_ proto: Apldm_V1_TaskResult) throws(WireError) {
        // Before anything is built from them.
        try Check.count(proto.statistics, 0...TileTask.mostTiles, "statistics")
        self.init(
            attempt: TaskAttempt(proto.attempt),
            outputs: try proto.outputs.map { header throws(WireError) in
                try within("outputs") { () throws(WireError) in try TensorHeader(header) }
            },
            statistics: try GroupStatistics.list(proto.statistics, "statistics"),
            loadNanoseconds: proto.loadNanoseconds, transferNanoseconds: proto.transferNanoseconds,
            computeNanoseconds: proto.computeNanoseconds)
    }

    var proto: Apldm_V1_TaskResult {
        .with {
            $0.attempt = attempt.proto
            $0.outputs = outputs.map(\.proto)
            $0.statistics = statistics.map { GroupStatistics($0).proto }
            $0.loadNanoseconds = loadNanoseconds
            $0.transferNanoseconds = transferNanoseconds
            $0.computeNanoseconds = computeNanoseconds
        }
    }

    func check() throws(WireError) {
        try attempt.check()
        try Check.count(outputs, 0...(statistics.isEmpty ? Self.mostOutputs : 0), "outputs")
        try Check.count(statistics, 0...TileTask.mostTiles, "statistics")
        try GroupStatistics.check(statistics, "statistics")
    }
}
