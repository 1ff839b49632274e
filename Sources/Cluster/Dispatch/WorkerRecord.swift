/// A connected worker, or the coordinator's own device.
struct WorkerRecord: Sendable {
    /// An attempt that the worker has; the first of its queue runs.
    struct Assignment: Sendable {
        let attempt: AttemptID
        /// Seconds of computing.
        let predicted: Double
        /// Seconds that inputs and results are expected to be on their way.
        var transfer: Double
        /// Seconds from its start after which it has taken too long.
        var overrun: Double
        let offeredAt: MonotonicInstant
        /// Bytes of tensors that were sent with it, where the worker says when they are there.
        var sentBytes = 0
        /// When they were.
        var acceptedAt: MonotonicInstant?
        /// Whether the worker began with it, as far as is known, when it came first in the queue here, and not before.
        var isAlone: Bool
        /// When it came first in the queue, or was accepted after that.
        var startedAt: MonotonicInstant?
        /// It took longer than the prediction allows.
        var isOverdue = false

        /// Seconds that it will still take. Past its prediction it is believed to take as long again as it has been
        /// overdue, and once that is much, as it took so far.
        func remaining(at now: MonotonicInstant) -> Double {
            guard let startedAt else { return predicted }
            let elapsed = now - startedAt
            if elapsed <= expected { return expected - elapsed }
            return elapsed < overrun ? elapsed - expected : elapsed
        }

        /// Seconds until its result is expected, from its start.
        var expected: Double { predicted + transfer }

        /// Whether its inputs are still on their way, as far as is known.
        var isReceiving: Bool { sentBytes > 0 && acceptedAt == nil }

        /// Seconds since it could compute, as far as is known; nil where it cannot yet.
        func computing(at now: MonotonicInstant) -> Double? {
            guard let startedAt, !isReceiving else { return nil }
            return now - max(startedAt, acceptedAt ?? startedAt)
        }
    }

    let id: WorkerID
    /// Where its bit is in a ``WorkerSet``.
    let slot: Int
    /// What stays known of it, see ``WorkerRegistry``.
    let machine: Int
    var description: WorkerDescription
    var queue: [Assignment] = []
    /// What it keeps of its tasks' inputs for others.
    var sessionInputs = RecentInputs()
    /// When it last showed that it computes.
    var renewedAt: MonotonicInstant
    var lastProgress: UInt64?
    /// Its leases ran out; since when.
    var silentSince: MonotonicInstant?
    var isDraining = false

    var isLocal: Bool { id == .local }

    /// Seconds until it would begin another task.
    func backlog(at now: MonotonicInstant) -> Double {
        queue.reduce(0) { $0 + $1.remaining(at: now) }
    }

    /// When the lease of one of its attempts ends, unless it is renewed.
    func leaseEnd(_ assignment: Assignment, lease: Double) -> MonotonicInstant {
        max(assignment.offeredAt, renewedAt) + lease
    }
}

/// The inputs that a worker was sent last, of those that it keeps for other tasks.
struct RecentInputs: Sendable {
    /// Passes that go on at a time, about.
    private static let limit = 16
    private var names: [UInt64] = []

    func contains(_ name: UInt64) -> Bool { names.contains(name) }

    mutating func note(_ name: UInt64) {
        guard !contains(name) else { return }
        if names.count >= Self.limit { names.removeFirst() }
        names.append(name)
    }
}
