/// What is to be looked at again at which time. What does not matter any more stays until it comes first.
struct DispatchTimers: Sendable {
    enum Subject: Sendable {
        /// Has the lease ended?
        case lease(WorkerID, AttemptID)
        /// Does it take longer than predicted?
        case overrun(WorkerID, AttemptID)
        /// Has the holder of its data, or whoever is to begin with it, had time enough?
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

    /// What is looked at next, and when.
    var first: (subject: Subject, time: MonotonicInstant)? { entries.first.map { ($0.subject, $0.time) } }

    mutating func removeFirst() { entries.removeFirst() }

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
