import SwiftProtobuf

/// That the inputs of an offer are there.
public struct TaskAcceptance: Sendable, Hashable {
    /// Which task.
    public let attempt: TaskAttempt
    /// How long they took from the offer on, or from the end of the inputs before them; 0 where it was not measured.
    public let transferNanoseconds: UInt64

    /// An acceptance of these parts.
    public init(_ attempt: TaskAttempt, transferNanoseconds: UInt64) {
        self.attempt = attempt
        self.transferNanoseconds = transferNanoseconds
    }
}

extension TaskAcceptance: WireValue {
    init(_ proto: Apldm_V1_TaskAccept) {
        self.init(TaskAttempt(proto.attempt), transferNanoseconds: proto.transferNanoseconds)
    }

    var proto: Apldm_V1_TaskAccept {
        .with {
            $0.attempt = attempt.proto
            $0.transferNanoseconds = transferNanoseconds
        }
    }

    func check() throws(WireError) { try attempt.check() }
}
