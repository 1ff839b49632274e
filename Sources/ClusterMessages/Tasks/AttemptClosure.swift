import SwiftProtobuf

/// Nothing of an attempt is wanted any more; what still comes of it is thrown away.
public struct AttemptClosure: Sendable, Hashable {
    /// Why.
    public enum Reason: Int, Sendable, Hashable, CaseIterable {
        /// Another attempt was first.
        case superseded = 1
        /// Its lease was not renewed in time.
        case leaseExpired = 2
        /// It is of another epoch.
        case epoch = 3
        /// Its job has ended.
        case jobEnded = 4
    }

    /// Which attempt.
    public let attempt: TaskAttempt
    /// Why.
    public let reason: Reason

    /// The end of an attempt.
    public init(_ attempt: TaskAttempt, _ reason: Reason) {
        self.attempt = attempt
        self.reason = reason
    }
}

extension AttemptClosure: WireValue {
    init(_ proto: Apldm_V1_AttemptClosed) throws(WireError) {
        self.init(TaskAttempt(proto.attempt), try Reason(known: proto.reason, "reason"))
    }

    var proto: Apldm_V1_AttemptClosed {
        .with {
            $0.attempt = attempt.proto
            $0.reason = .init(reason)
        }
    }

    func check() throws(WireError) { try attempt.check() }
}
