/// One attempt of a task, as long as its job is known.
struct AttemptRecord: Sendable {
    let worker: WorkerID
    let machine: Int
    let numericsClass: NumericsClass
    /// A result of it counts.
    var isLive = true
    /// When it counted as a failure of the worker.
    var strike: MonotonicInstant?
    /// That its result differs was said.
    var isReported = false
}

/// A task, as long as its job is known.
struct TaskRecord: Sendable {
    /// Where a task is; exactly one at any time.
    enum State: Sendable, Equatable {
        /// Waits for a worker in this lane.
        case ready(lane: Int)
        /// Waits for time to pass after a failure.
        case delayed
        /// One attempt is live, or more.
        case running
        /// One attempt has won.
        case complete(attempt: Int, digest: String?)
    }

    let description: TaskDescription
    var state: State
    /// By number less one.
    var attempts: [AttemptRecord] = []
    var failures: [AttemptFailure] = []
    /// Machines on which it failed, in ascending order.
    var failedOn: [Int] = []
    /// Bytes of the largest worker on which memory was not enough; below zero where that was not so.
    var memoryAbove = -1
    /// Whether it still waits for the worker that holds its data, or is to begin with it.
    var waitsForHolder: Bool

    init(_ description: TaskDescription) {
        self.description = description
        state = .delayed
        waitsForHolder = description.affinity != nil
    }

    /// Whether the worker that it waits for has what others would have to be sent, or to compute.
    var waitsForData: Bool { waitsForHolder && !description.isPlanned }

    /// The attempt with this number, which may come from outside.
    func attempt(_ number: Int) -> AttemptRecord? {
        number >= 1 && number <= attempts.count ? attempts[number - 1] : nil
    }

    var liveAttempts: Int { attempts.reduce(0) { $0 + ($1.isLive ? 1 : 0) } }
    var isComplete: Bool { if case .complete = state { true } else { false } }
}

/// A job that is neither finished nor given up.
struct JobRecord: Sendable {
    let description: JobDescription
    let order: Lane.JobOrder
    /// In the order in which they were added.
    var tasks: [TaskID] = []
    /// Predicted seconds of all first attempts.
    var dispatchedSeconds = 0.0
    /// Predicted seconds of second attempts beside a running one.
    var hedgedSeconds = 0.0
}
