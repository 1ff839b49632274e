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
        /// How many it has.
        private var count = 0
        /// Seconds of computing, and of tensors on their way. One is on its way while another is computed, so the longer
        /// counts.
        private var computing = 0.0
        private var transfer = 0.0

        init(id: WorkerID, backlog: Double, secondsOfWork: Double, link: LinkBelief) {
            self.id = id
            self.backlog = backlog
            self.secondsOfWork = secondsOfWork
            self.link = link
        }

        /// Seconds until it is through with all of its own.
        fileprivate var end: Double { count > 0 ? backlog + max(computing, transfer) : 0 }

        fileprivate mutating func take(_ part: PlacedPart) {
            count += 1
            computing += seconds(part)
            transfer += link.seconds(bytes: bytes(part))
        }

        fileprivate mutating func release(_ part: PlacedPart) {
            count -= 1
            computing -= seconds(part)
            transfer -= link.seconds(bytes: bytes(part))
        }

        /// Seconds until it would be through with one more.
        fileprivate func end(with part: PlacedPart) -> Double {
            var other = self
            other.take(part)
            return other.end
        }

        private func seconds(_ part: PlacedPart) -> Double {
            (part.holder == id ? part.work : part.work + part.replayWork) * secondsOfWork
        }

        private func bytes(_ part: PlacedPart) -> Int {
            (part.holder == id ? 0 : part.inputBytes) + part.outputBytes
        }
    }

    private let parts: [PlacedPart]
    private var candidates: [Candidate]
    /// Which candidate has which part.
    private var places: [Int]

    /// Leaves everything where it is, and shares out what is nowhere.
    ///
    /// - Parameters:
    ///   - parts: all.
    ///   - candidates: at least one.
    init(_ parts: [PlacedPart], on candidates: [Candidate]) {
        self.parts = parts
        self.candidates = candidates
        places = []
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

    /// Seconds until all is done.
    var end: Double { candidates.reduce(0) { max($0, $1.end) } }

    /// Takes parts from whoever is last, as long as that brings the end forward.
    mutating func balance() {
        for _ in parts {
            guard let last = candidates.indices.max(by: { candidates[$0].end < candidates[$1].end }),
                let part = places.indices.first(where: {
                    places[$0] == last && isSoonerElsewhere(parts[$0], than: last)
                })
            else { return }
            let best = best(for: parts[part], without: last)
            candidates[last].release(parts[part])
            candidates[best].take(parts[part])
            places[part] = best
        }
    }

    private func isSoonerElsewhere(_ part: PlacedPart, than place: Int) -> Bool {
        guard candidates.count > 1 else { return false }
        return candidates[best(for: part, without: place)].end(with: part) < candidates[place].end
    }

    /// Who would be through with one more part first; of equals the first.
    private func best(for part: PlacedPart, without excluded: Int?) -> Int {
        let others = candidates.indices.lazy.filter { $0 != excluded }.map { ($0, candidates[$0].end(with: part)) }
        return others.min { $0.1 < $1.1 }?.0 ?? 0
    }
}
