/// The order in which queued jobs get their turn.
///
/// Owners share the farm: the one with the fewest running jobs comes first, of equals the one whose last turn is
/// longest ago. Among an owner's jobs the higher priority comes first, then the lower number.
struct JobQueue {
    fileprivate struct Place: Comparable {
        let priority: Int
        let id: RenderJob.ID

        /// What comes later in the queue is the smaller one, so that the next one is taken from the end.
        static func < (one: Place, other: Place) -> Bool {
            (one.priority, other.id) < (other.priority, one.id)
        }
    }

    fileprivate struct Owner {
        var places: [Place] = []
        var running = 0
        /// The turn at which one of its jobs was taken last, or at which it came.
        var lastTurn: UInt64
    }

    private var owners: [String: Owner] = [:]
    private var turn: UInt64 = 0
    /// Jobs that wait.
    private(set) var count = 0

    mutating func add(_ job: RenderJob) {
        turn += 1
        let place = Place(priority: job.priority, id: job.id)
        var owner = owners[job.owner] ?? Owner(lastTurn: turn)
        owners[job.owner] = nil
        owner.places.insert(place, at: owner.places.index(of: place))
        owners[job.owner] = owner
        count += 1
    }

    /// Takes out a job that is not to be rendered any more.
    mutating func remove(_ job: RenderJob) {
        let place = Place(priority: job.priority, id: job.id)
        guard let places = owners[job.owner]?.places else { return }
        let index = places.index(of: place)
        guard index < places.count, places[index] == place else { return }
        owners[job.owner]?.places.remove(at: index)
        count -= 1
        forget(job.owner)
    }

    /// Takes out the next job, which counts as running until ``ended(_:)``.
    mutating func next() -> RenderJob.ID? {
        let waiting = owners.filter { !$0.value.places.isEmpty }
        guard let name = waiting.min(by: { $0.value.isServedBefore($1.value) })?.key else { return nil }
        turn += 1
        owners[name]?.lastTurn = turn
        owners[name]?.running += 1
        count -= 1
        return owners[name]?.places.popLast()?.id
    }

    /// A job of an owner runs no more.
    mutating func ended(_ owner: String) {
        owners[owner]?.running -= 1
        forget(owner)
    }

    private mutating func forget(_ name: String) {
        if let owner = owners[name], owner.places.isEmpty, owner.running == 0 { owners[name] = nil }
    }
}

extension JobQueue.Owner {
    /// No two have had the same turn.
    fileprivate func isServedBefore(_ other: Self) -> Bool {
        (running, lastTurn) < (other.running, other.lastTurn)
    }
}

extension [JobQueue.Place] {
    /// Where a place is or belongs, in ascending order.
    fileprivate func index(of place: Element) -> Int {
        var (lower, upper) = (0, count)
        while lower < upper {
            let middle = (lower + upper) / 2
            if self[middle] < place { lower = middle + 1 } else { upper = middle }
        }
        return lower
    }
}
