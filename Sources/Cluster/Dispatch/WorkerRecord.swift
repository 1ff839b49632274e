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
        /// Bytes of tensors that were sent to the worker up to its own, where the worker says when they are there.
        var sentUntil: Int?
        /// When they were.
        var acceptedAt: MonotonicInstant?
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
        var isReceiving: Bool { sentUntil != nil && acceptedAt == nil }

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
    /// When it last showed that it computes.
    var renewedAt: MonotonicInstant
    var lastProgress: UInt64?
    /// Bytes of tensors that were sent to it; what was cancelled may have been dropped on the way.
    var sentBytes = 0
    /// Those of them that are there.
    var arrivedBytes = 0
    /// Since when the others are on their way by themselves.
    var sendingSince = MonotonicInstant.zero
    /// Its leases ran out; since when.
    var silentSince: MonotonicInstant?
    var isDraining = false

    var isLocal: Bool { id == .local }

    /// Seconds until it would begin another task.
    func backlog(at now: MonotonicInstant) -> Double {
        queue.reduce(0) { $0 + $1.remaining(at: now) }
    }

    /// So many bytes follow an attempt to the worker, which says when they are there.
    mutating func send(_ count: Int, with index: Int, at now: MonotonicInstant) {
        if sentBytes == arrivedBytes { sendingSince = now }
        sentBytes += count
        queue[index].sentUntil = sentBytes
    }

    /// What was on its way up to an attempt's inputs, and for how long.
    func way(of assignment: Assignment, now: MonotonicInstant) -> (bytes: Int, seconds: Double)? {
        guard assignment.isReceiving, let sentUntil = assignment.sentUntil, sentUntil > arrivedBytes else { return nil }
        return (sentUntil - arrivedBytes, now - sendingSince)
    }

    /// The inputs of an attempt are there, and with them what was sent before.
    mutating func receive(_ index: Int, at now: MonotonicInstant) {
        arrivedBytes = max(arrivedBytes, queue[index].sentUntil ?? 0)
        sendingSince = now
        queue[index].acceptedAt = now
        if index == 0, !queue[index].isOverdue { queue[index].startedAt = now }
    }

    /// When the lease of one of its attempts ends, unless it is renewed.
    func leaseEnd(_ assignment: Assignment, lease: Double) -> MonotonicInstant {
        max(assignment.offeredAt, renewedAt) + lease
    }
}
