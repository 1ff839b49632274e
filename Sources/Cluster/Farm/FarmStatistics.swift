/// What a farm has done.
package struct FarmStatistics: Sendable, Hashable {
    /// Workers that joined, the same one counted every time.
    package var joined = 0
    /// Workers that left.
    package var left = 0
    /// Attempts that were handed out.
    package var attempts = 0
    /// Those of a task that was handed out before.
    package var repeatedAttempts = 0
    /// Results that came, wanted or not.
    package var results = 0
    /// Attempts that failed.
    package var failures = 0
    /// Results that differed where they should not.
    package var nondeterminism = 0
    /// Events that the dispatcher took in.
    package var events = 0
    /// What the dispatcher took for them.
    package var dispatchSeconds = 0.0
    /// Tasks whose result counted, by worker.
    package var completed: [String: Int] = [:]
    /// What tasks took.
    package private(set) var times: [TaskKind: TaskTimes] = [:]

    /// One operation on one worker.
    package struct TaskKind: Sendable, Hashable {
        /// What was done.
        package let operation: ClusterOperation
        /// By whom.
        package let worker: String
    }

    /// What a worker took for the tasks of one operation.
    package struct TaskTimes: Sendable, Hashable {
        /// How often.
        package var count = 0
        /// Of computing alone.
        package var seconds = 0.0
    }

    /// So many kinds are remembered; then all are counted anew, as names come from outside.
    private static let mostKinds = 4096

    mutating func note(_ operation: ClusterOperation, by worker: String, seconds: Double) {
        let kind = TaskKind(operation: operation, worker: worker)
        if times.count >= Self.mostKinds, times[kind] == nil { times = [:] }
        times[kind, default: TaskTimes()].count += 1
        times[kind, default: TaskTimes()].seconds += seconds
    }
}
