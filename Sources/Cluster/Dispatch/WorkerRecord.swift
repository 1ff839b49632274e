/// A connected worker, or the coordinator's own device.
struct WorkerRecord: Sendable {
    /// An attempt that the worker has; the first of its queue runs.
    struct Assignment: Sendable {
        let attempt: AttemptID
        /// Seconds of computing.
        let predicted: Double
        /// Seconds that inputs and results are expected to be on their way.
        let transfer: Double
        /// Seconds from its start after which it has taken too long.
        let overrun: Double
        let offeredAt: MonotonicInstant
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
    }

    let id: WorkerID
    /// Where its bit is in a ``WorkerSet``.
    let slot: Int
    /// What stays known of it, see ``WorkerRegistry``.
    let machine: Int
    var description: WorkerDescription
    var queue: [Assignment] = []
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
