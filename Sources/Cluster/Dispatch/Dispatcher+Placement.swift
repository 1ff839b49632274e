extension Dispatcher {
    /// Who best takes each of several tasks that stay with whoever begins them, as tiles do for all rounds of their pass.
    /// Each round ends with the slowest, so what counts is all of their work: decided one by one, by first rounds that are
    /// over in no time, most could go to one worker. The longest go first, each to whoever is through with it first, at the
    /// speed that was learned of everything.
    ///
    /// Nothing is handed out by it, and nothing remembered.
    ///
    /// - Parameters:
    ///   - work: of each, with all that follows on it, see ``TaskDescription/work``.
    ///   - key: what they are; of its shape nothing is looked at.
    ///   - memory: bytes that one takes on a worker.
    ///   - job: whose they are.
    ///   - now: the time.
    ///   - transfer: seconds that one of them is on its way to a worker and back. The next is on its way while one is
    ///     computed, so of all transfers and all computing the longer counts.
    /// - Returns: a worker for each; nil for all while nobody can take them.
    package func placement(
        of work: [Double], _ key: CostKey, memory: Int, job: JobID, now: MonotonicInstant,
        transfer: (WorkerID) -> Double
    ) -> [WorkerID?] {
        let lane = LaneKey(
            numericsClass: jobs[job]?.description.numericsClass, operation: key.operation, model: key.model,
            memory: LaneKey.roundedMemory(memory))
        var candidates = registry.available.compactMap { registry[slot: $0] }.filter(lane.admits).map { worker in
            Candidate(
                id: worker.id, backlog: worker.backlog(at: now),
                secondsOfWork: costs.seconds(work: 1, machine: worker.machine), transfer: transfer(worker.id))
        }
        guard !candidates.isEmpty else { return work.map { _ in nil } }
        var result = [WorkerID?](repeating: nil, count: work.count)
        for index in work.indices.sorted(by: { (-work[$0], $0) < (-work[$1], $1) }) {
            var best = (candidate: 0, end: candidates[0].end(with: work[index]))
            for other in candidates.indices.dropFirst() {
                let end = candidates[other].end(with: work[index])
                if end < best.end { best = (other, end) }
            }
            candidates[best.candidate].take(work[index])
            result[index] = candidates[best.candidate].id
        }
        return result
    }

    private struct Candidate {
        let id: WorkerID
        /// Seconds until it would begin.
        let backlog: Double
        /// Seconds that a unit of work takes.
        let secondsOfWork: Double
        /// Seconds that a task is on its way.
        let transfer: Double
        var work = 0.0
        var tasks = 0.0

        /// Seconds until it would have done all of its own and one more.
        func end(with next: Double) -> Double {
            backlog + max((work + next) * secondsOfWork, (tasks + 1) * transfer)
        }

        mutating func take(_ next: Double) {
            work += next
            tasks += 1
        }
    }

    /// Has others take what a worker was to begin with that is late, or gets nothing more.
    mutating func releasePlans(of id: WorkerID, _ now: MonotonicInstant) {
        for task in queue.tasks(holder: id) where tasks[task]?.waitsForData == false { letAnyoneTake(task, now) }
    }
}
