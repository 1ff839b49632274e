import SwiftProtobuf

/// How far a task is.
public struct TaskProgress: Sendable, Hashable {
    /// Which task.
    public let attempt: TaskAttempt
    /// The share that is done, 0 through 1.
    public let fraction: Double

    /// Progress of a task.
    public init(_ attempt: TaskAttempt, fraction: Double) {
        self.attempt = attempt
        self.fraction = fraction
    }
}

extension TaskProgress: WireValue {
    init(_ proto: Apldm_V1_Progress) {
        self.init(TaskAttempt(proto.attempt), fraction: proto.fraction)
    }

    var proto: Apldm_V1_Progress {
        .with {
            $0.attempt = attempt.proto
            $0.fraction = fraction
        }
    }

    func check() throws(WireError) {
        try attempt.check()
        try Check.range(fraction, 0...1, "fraction")
    }
}
