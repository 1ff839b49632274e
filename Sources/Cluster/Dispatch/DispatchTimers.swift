/// What is to be looked at again at which time. Nothing is ever taken out: what is due looks whether it still matters.
struct DispatchTimers: Sendable {
    enum Subject: Sendable {
        /// Has the lease ended?
        case lease(WorkerID, AttemptID)
        /// Does it take longer than predicted?
        case overrun(WorkerID, AttemptID)
        /// Has the holder of its data had time enough?
        case affinity(TaskID)
        /// May it be tried again?
        case retry(TaskID)
        /// Is the machine let back?
        case pardon(machine: Int)
        /// Has nothing come from it since its leases ended?
        case silence(WorkerID)
    }

    private struct Entry: Comparable, Sendable {
        var time: MonotonicInstant
        var sequence: UInt64
        var subject: Subject

        static func < (left: Entry, right: Entry) -> Bool { (left.time, left.sequence) < (right.time, right.sequence) }
        static func == (left: Entry, right: Entry) -> Bool { left.sequence == right.sequence }
    }

    private var entries = PriorityQueue<Entry>()
    private var sequence: UInt64 = 0

    /// When there is something to look at next.
    var next: MonotonicInstant? { entries.first?.time }

    mutating func set(_ subject: Subject, at time: MonotonicInstant) {
        sequence += 1
        entries.insert(Entry(time: time, sequence: sequence, subject: subject))
    }

    /// What is due now, one at a time.
    mutating func removeDue(at now: MonotonicInstant) -> Subject? {
        guard let first = entries.first, first.time <= now else { return nil }
        return entries.removeFirst()?.subject
    }
}
