package import FoundationEssentials

/// The order in which queued jobs get their turn.
///
/// Owners share the farm: the one with the fewest running jobs comes first, of equals the one whose last turn is
/// longest ago. Among an owner's jobs the higher priority comes first, then the lower number. A job that is to be tried
/// again later has no turn before its time.
package struct JobQueue: Sendable {
    fileprivate struct Place: Comparable {
        let priority: Int
        let id: RenderJob.ID

        init(_ job: RenderJob) {
            priority = job.priority
            id = job.id
        }

        /// What comes later in the queue is the smaller one, so that the next one is taken from the end.
        static func < (one: Place, other: Place) -> Bool {
            (one.priority, other.id) < (other.priority, one.id)
        }
    }

    fileprivate struct Owner {
        /// Jobs whose turn may come, in ascending order.
        var places: [Place] = []
        /// Jobs that are tried again later.
        var later: [RenderJob] = []
        var paused = 0
        var running = 0
        /// The turn at which one of its jobs was taken last, or at which it came.
        var lastTurn: UInt64

        /// Jobs that take room in the queue.
        var waiting: Int { places.count + later.count + paused }
        var isGone: Bool { waiting == 0 && running == 0 }
    }

    private let limits: JobLimits
    private var owners: [String: Owner] = [:]
    private var turn: UInt64 = 0
    /// Jobs that wait or are paused.
    private var count = 0

    package init(_ limits: JobLimits) { self.limits = limits }

    /// Looks whether one more job of an owner may wait.
    ///
    /// - Throws: ``JobError/queueFull(limit:)``, ``JobError/quotaExceeded(owner:limit:)``.
    package func admit(_ owner: String) throws(JobError) {
        guard count < limits.mostQueued else { throw .queueFull(limit: limits.mostQueued) }
        guard (owners[owner]?.waiting ?? 0) < limits.mostOfOneOwner else {
            throw .quotaExceeded(owner: owner, limit: limits.mostOfOneOwner)
        }
    }

    /// Takes in a job that has not ended: a new one, or one of an earlier run.
    package mutating func add(_ job: RenderJob) {
        guard !job.state.isFinal else { return }
        turn += 1
        var owner = owners[job.owner] ?? Owner(lastTurn: turn)
        // Changed while nobody else holds it, so that the arrays are not copied.
        owners[job.owner] = nil
        switch job.state {
        case .running: owner.running += 1
        case .paused: owner.paused += 1
        default: if job.notBefore == nil { owner.insert(Place(job)) } else { owner.later.append(job) }
        }
        if job.state.name != .running { count += 1 }
        owners[job.owner] = owner
    }

    /// The job whose turn it is; nil when none may begin.
    package mutating func next(at date: Date) -> RenderJob.ID? {
        for (name, owner) in owners where !owner.later.isEmpty { owners[name]?.wakeUp(at: date) }
        let waiting = owners.values.lazy.filter { !$0.places.isEmpty }
        return waiting.min { $0.isServedBefore($1) }?.places.last?.id
    }

    /// Something has happened to a job.
    ///
    /// - Parameters:
    ///   - before: the job as it was.
    ///   - after: the job as it is now.
    package mutating func moved(from before: RenderJob, to after: RenderJob) {
        let name = after.owner
        if !before.state.isFinal {
            switch before.state {
            case .running: owners[name]?.running -= 1
            case .paused: owners[name]?.paused -= 1
            default: owners[name]?.remove(before)
            }
            if before.state.name != .running { count -= 1 }
        }
        if after.state.name == .running {
            turn += 1
            owners[name, default: Owner(lastTurn: turn)].lastTurn = turn
            owners[name]?.running += 1
        } else {
            add(after)
        }
        if owners[name]?.isGone == true { owners[name] = nil }
    }
}

/// How many jobs may wait.
public struct JobLimits: Sendable, Hashable {
    /// Of all owners.
    public var mostQueued: Int
    /// Of one.
    public var mostOfOneOwner: Int

    /// - Parameters:
    ///   - mostQueued: the most jobs that wait or are paused.
    ///   - mostOfOneOwner: the most of them that are one owner's.
    public init(mostQueued: Int = 100_000, mostOfOneOwner: Int = .max) {
        self.mostQueued = max(1, mostQueued)
        self.mostOfOneOwner = max(1, mostOfOneOwner)
    }
}

extension JobQueue.Owner {
    /// No two have had the same turn.
    fileprivate func isServedBefore(_ other: Self) -> Bool {
        (running, lastTurn) < (other.running, other.lastTurn)
    }

    fileprivate mutating func insert(_ place: JobQueue.Place) { places.insert(place, at: index(of: place)) }

    /// Lets those jobs have their turn whose time has come.
    fileprivate mutating func wakeUp(at date: Date) {
        for job in later where job.notBefore.map({ $0 <= date }) ?? true { insert(JobQueue.Place(job)) }
        later.removeAll { $0.notBefore.map { $0 <= date } ?? true }
    }

    fileprivate mutating func remove(_ job: RenderJob) {
        let place = JobQueue.Place(job)
        let index = index(of: place)
        if index < places.count, places[index] == place {
            places.remove(at: index)
        } else {
            later.removeAll { $0.id == job.id }
        }
    }

    /// Where a place is or belongs, in ascending order.
    private func index(of place: JobQueue.Place) -> Int {
        var (lower, upper) = (0, places.count)
        while lower < upper {
            let middle = (lower + upper) / 2
            if places[middle] < place { lower = middle + 1 } else { upper = middle }
        }
        return lower
    }
}
