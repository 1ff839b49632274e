import SwiftProtobuf

/// One try at one task. What comes from another epoch or from an attempt that was closed is thrown away.
public struct TaskAttempt: Sendable, Hashable {
    /// Which start of the coordinator.
    public let epoch: UInt64
    /// Which task of that epoch.
    public let task: UInt64
    /// Which try at it, 1 through 1000.
    public let attempt: Int

    /// An attempt of these numbers.
    public init(epoch: UInt64, task: UInt64, attempt: Int) {
        self.epoch = epoch
        self.task = task
        self.attempt = attempt
    }
}

extension TaskAttempt: WireValue {
    init(_ proto: Apldm_V1_TaskAttempt) {
        self.init(epoch: proto.epoch, task: proto.task, attempt: Int(proto.attempt))
    }

    var proto: Apldm_V1_TaskAttempt {
        .with {
            $0.epoch = epoch
            $0.task = task
            $0.attempt = UInt32(clamping: attempt)
        }
    }

    func check() throws(WireError) { try Check.range(attempt, 1...1000, "attempt.attempt") }
}
