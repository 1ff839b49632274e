import SwiftProtobuf

/// A worker does not take a task.
public struct TaskDecline: Sendable, Hashable {
    /// Why, for code that acts on it.
    public enum Reason: Int, Sendable, Hashable, CaseIterable {
        /// It does not have these weights.
        case modelMissing = 1
        /// It would not fit.
        case outOfMemory = 2
        /// It takes nothing more.
        case draining = 3
        /// It does not carry out this operation.
        case unsupported = 4
        /// It has as many tasks as it takes.
        case busy = 5
        /// It does not hold a stored input any more.
        case tensorMissing = 6
        /// It does not hold what an earlier task of the session sent.
        case sessionMissing = 7
    }

    /// Which task.
    public let attempt: TaskAttempt
    /// Why.
    public let reason: Reason
    /// Why, for people, at most 1024 bytes.
    public let text: String

    /// A refusal of these parts.
    public init(_ attempt: TaskAttempt, _ reason: Reason, text: String = "") {
        self.attempt = attempt
        self.reason = reason
        self.text = text
    }
}

extension TaskDecline: WireValue {
    init(_ proto: Apldm_V1_TaskDecline) throws(WireError) {
        self.init(TaskAttempt(proto.attempt), try Reason(known: proto.reason, "reason"), text: proto.text)
    }

    var proto: Apldm_V1_TaskDecline {
        .with {
            $0.attempt = attempt.proto
            $0.reason = .init(reason)
            $0.text = text
        }
    }

    func check() throws(WireError) {
        try attempt.check()
        try Check.text(text, 0...1024, "text")
    }
}
