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
    /// What a tile's core contributes to the normalisation that it was taken to: 1 through 256 groups, in binary64 and
    /// to the last bit. Such a result has no outputs, and every other has nil here.
    public let statistics: [GroupMoments]?
    /// How long loading the model took; 0 when it was loaded.
    public let loadNanoseconds: UInt64
    /// How long waiting for the inputs took.
    public let transferNanoseconds: UInt64
    /// How long computing took: what the cost of later tasks is learned from.
    public let computeNanoseconds: UInt64

    /// A result of these parts.
    public init(
        attempt: TaskAttempt, outputs: [TensorHeader], statistics: [GroupMoments]? = nil, loadNanoseconds: UInt64,
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
        self.init(
            attempt: TaskAttempt(proto.attempt),
            outputs: try proto.outputs.map { header throws(WireError) in
                try within("outputs") { () throws(WireError) in try TensorHeader(header) }
            },
            statistics: proto.hasStatistics
                ? try within("statistics") { () throws(WireError) in try GroupStatistics(proto.statistics).moments }
                : nil,
            loadNanoseconds: proto.loadNanoseconds, transferNanoseconds: proto.transferNanoseconds,
            computeNanoseconds: proto.computeNanoseconds)
    }

    var proto: Apldm_V1_TaskResult {
        .with {
            $0.attempt = attempt.proto
            $0.outputs = outputs.map(\.proto)
            if let statistics { $0.statistics = GroupStatistics(statistics).proto }
            $0.loadNanoseconds = loadNanoseconds
            $0.transferNanoseconds = transferNanoseconds
            $0.computeNanoseconds = computeNanoseconds
        }
    }

    func check() throws(WireError) {
        try attempt.check()
        try Check.count(outputs, 0...(statistics == nil ? Self.mostOutputs : 0), "outputs")
        if let statistics {
            try within("statistics") { () throws(WireError) in try GroupStatistics(statistics).check() }
        }
    }
}
