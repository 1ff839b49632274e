extension Dispatcher {
    /// Who best takes each of several tasks that stay with whoever begins them, as tiles do for all rounds of their pass.
    /// Each round ends with the slowest, so what counts is all of their work: decided one by one, by first rounds that are
    /// over in no time, most could go to one worker. The longest go first, each to whoever is through with it first.
    ///
    /// Nothing is handed out by it, and nothing remembered.
    ///
    /// - Parameters:
    ///   - work: of each, with all that follows on it, see ``TaskDescription/work``.
    ///   - key: what they are; of its shape nothing is looked at.
    ///   - memory: bytes that one takes on a worker.
    ///   - job: whose they are.
    ///   - now: the time.
    /// - Returns: a worker for each; nil for all while nobody can take them.
    package func placement(
        of work: [Double], _ key: CostKey, memory: Int, job: JobID, now: MonotonicInstant
    ) -> [WorkerID?] {
        let lane = LaneKey(
            numericsClass: jobs[job]?.description.numericsClass, operation: key.operation, model: key.model,
            memory: LaneKey.roundedMemory(memory))
        let workers = registry.available.compactMap { registry[slot: $0] }.filter(lane.admits)
        guard !workers.isEmpty else { return work.map { _ in nil } }
        let slowness = workers.map { costs.seconds(work: 1, machine: $0.machine) }
        var ends = workers.map { $0.backlog(at: now) }
        var result = [WorkerID?](repeating: nil, count: work.count)
        for index in work.indices.sorted(by: { (-work[$0], $0) < (-work[$1], $1) }) {
            var best = 0
            for other in workers.indices.dropFirst()
            where ends[other] + work[index] * slowness[other] < ends[best] + work[index] * slowness[best] {
                best = other
            }
            ends[best] += work[index] * slowness[best]
            result[index] = workers[best].id
        }
        return result
    }
}
