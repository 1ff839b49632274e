import SwiftProtobuf

/// A task did not succeed.
public struct TaskFailure: Sendable, Hashable {
    /// What to do about it.
    public enum Kind: Int, Sendable, Hashable, CaseIterable {
        /// Another attempt may succeed.
        case retryable = 1
        /// The task itself is at fault and would fail anywhere.
        case poison = 2
        /// A worker with more memory may succeed.
        case outOfMemory = 3
        /// A defect of the worker.
        case defect = 4
    }

    /// Which task.
    public let attempt: TaskAttempt
    /// What to do about it.
    public let kind: Kind
    /// What happened, for people, at most 4096 bytes.
    public let text: String

    /// A failure of these parts.
    public init(_ attempt: TaskAttempt, _ kind: Kind, text: String) {
        self.attempt = attempt
        self.kind = kind
        self.text = text
    }
}

extension TaskFailure: WireValue {
    init(_ proto: Apldm_V1_TaskFailed) throws(WireError) {
        self.init(TaskAttempt(proto.attempt), try Kind(known: proto.kind, "kind"), text: proto.text)
    }

    var proto: Apldm_V1_TaskFailed {
        .with {
            $0.attempt = attempt.proto
            $0.kind = .init(kind)
            $0.text = text
        }
    }

    func check() throws(WireError) {
        try attempt.check()
        try Check.text(text, 0...4096, "text")
    }
}
