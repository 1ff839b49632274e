/// Who goes on with which part of a pass, and when each is through with all of its own.
struct PassPlan {
    /// A worker that can take parts.
    struct Candidate {
        let id: WorkerID
        /// Seconds until it would begin.
        let backlog: Double
        /// Seconds that a unit of work takes.
        let secondsOfWork: Double
        let link: LinkBelief
        /// How many parts it has.
        private var count = 0
        /// Seconds of what all rounds take.
        private var lasting = 0.0
        /// Seconds of what a single round takes longer: what has to be sent, and computed anew.
        private var single = 0.0

        init(id: WorkerID, backlog: Double, secondsOfWork: Double, link: LinkBelief) {
            self.id = id
            self.backlog = backlog
            self.secondsOfWork = secondsOfWork
            self.link = link
        }

        /// Seconds until it is through with all of its own.
        fileprivate func end(rounds: Int) -> Double { inSingleRounds + inAllRounds(rounds) }

        fileprivate var inSingleRounds: Double { count > 0 ? backlog + single : 0 }

        fileprivate func inAllRounds(_ rounds: Int) -> Double {
            count > 0 ? lasting + Double(rounds) * link.delay : 0
        }

        fileprivate mutating func take(_ part: PlacedPart) { change(part, by: 1) }

        fileprivate mutating func release(_ part: PlacedPart) { change(part, by: -1) }

        private mutating func change(_ part: PlacedPart, by sign: Int) {
            let isHeld = part.holder == id
            count += sign
            lasting += Double(sign) * part.work * secondsOfWork
            single += Double(sign) * link.seconds(bytes: part.outputBytes)
            if !isHeld {
                single += Double(sign) * (part.replayWork * secondsOfWork + link.seconds(bytes: part.inputBytes))
            }
        }

        /// Seconds until it would be through with one more.
        fileprivate func end(with part: PlacedPart, rounds: Int) -> Double {
            var other = self
            other.take(part)
            return other.end(rounds: rounds)
        }
    }

    private let parts: [PlacedPart]
    private let rounds: Int
    private var candidates: [Candidate]
    /// Which candidate has which part.
    private var places: [Int] = []

    /// Leaves everything where it is, and shares out what is nowhere.
    ///
    /// - Parameters:
    ///   - parts: all.
    ///   - rounds: that are left.
    ///   - candidates: at least one.
    init(_ parts: [PlacedPart], rounds: Int, on candidates: [Candidate]) {
        self.parts = parts
        self.rounds = rounds
        self.candidates = candidates
        let indices = Dictionary(uniqueKeysWithValues: candidates.enumerated().map { ($1.id, $0) })
        var places = parts.map { $0.holder.flatMap { indices[$0] } }
        for (part, place) in zip(parts, places) {
            if let place { self.candidates[place].take(part) }
        }
        let open = parts.indices.filter { places[$0] == nil }
        for index in open.sorted(by: { (-parts[$0].work, $0) < (-parts[$1].work, $1) }) {
            let best = self.best(for: parts[index], without: nil)
            self.candidates[best].take(parts[index])
            places[index] = best
        }
        self.places = places.map { $0 ?? 0 }
    }

    /// The worker of each part.
    var workers: [WorkerID] { places.map { candidates[$0].id } }

    /// Seconds until all is done, at most. All wait for the last at the end of each round, so what takes one worker long
    /// in the one and another in the next takes all of them both.
    var end: Double {
        candidates.reduce(0) { max($0, $1.inSingleRounds) } + candidates.reduce(0) { max($0, $1.inAllRounds(rounds)) }
    }

    /// Takes parts from whoever is through last, as long as another would be with them before.
    mutating func balance() {
        guard candidates.count > 1 else { return }
        for _ in parts {
            let ends = candidates.map { $0.end(rounds: rounds) }
            guard let last = ends.indices.max(by: { ends[$0] < ends[$1] }),
                let part = places.indices.first(where: { index in
                    places[index] == last
                        && candidates[best(for: parts[index], without: last)].end(with: parts[index], rounds: rounds)
                            < ends[last]
                })
            else { return }
            let next = best(for: parts[part], without: last)
            candidates[last].release(parts[part])
            candidates[next].take(parts[part])
            places[part] = next
        }
    }

    /// Who would be through with one more part first; of equals the first.
    private func best(for part: PlacedPart, without excluded: Int?) -> Int {
        var best: (place: Int, end: Double)?
        for place in candidates.indices where place != excluded {
            let end = candidates[place].end(with: part, rounds: rounds)
            if let best, best.end <= end { continue }
            best = (place, end)
        }
        return best?.place ?? 0
    }
}
