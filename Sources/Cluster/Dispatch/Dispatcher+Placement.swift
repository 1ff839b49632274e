/// A part of a pass that stays with whoever computes it, as a tile does.
package struct PlacedPart: Hashable, Sendable {
    /// All that is still to be done with it, see ``TaskDescription/work``.
    package var work: Double
    /// What anybody but its holder has to do before.
    package var replayWork: Double
    /// Bytes that anybody but its holder is sent.
    package var inputBytes: Int
    /// Bytes that it ends with.
    package var outputBytes: Int
    /// Who computed on it last; nil for what was not begun, and for what a lost worker held.
    package var holder: WorkerID?

    package init(
        work: Double, replayWork: Double = 0, inputBytes: Int = 0, outputBytes: Int = 0, holder: WorkerID? = nil
    ) {
        self.work = work
        self.replayWork = replayWork
        self.inputBytes = inputBytes
        self.outputBytes = outputBytes
        self.holder = holder
    }
}

extension Dispatcher {
    /// What is begun anew elsewhere has to shorten what is left of a pass by this share: less may be a mistake.
    private static let leastGain = 0.1

    /// Who best goes on with each part of a pass. Each round ends with the slowest, so what counts is all of their work:
    /// decided one by one, by first rounds that are over in no time, most could go to one worker. What nobody has begun
    /// goes to whoever is through with it first, the longest first. What somebody holds stays there, unless the end comes
    /// considerably earlier where others begin it anew, as it does when a worker is slower than was believed, or has
    /// joined.
    ///
    /// Nothing is handed out by it, and nothing remembered.
    ///
    /// - Parameters:
    ///   - parts: of the pass.
    ///   - rounds: that are left of it.
    ///   - key: what they are; of its shape nothing is looked at.
    ///   - memory: bytes that one takes on a worker.
    ///   - job: whose they are.
    ///   - now: the time.
    /// - Returns: a worker for each; nil for all while nobody can take them.
    package func placement(
        of parts: [PlacedPart], rounds: Int, _ key: CostKey, memory: Int, job: JobID, now: MonotonicInstant
    ) -> [WorkerID?] {
        let lane = LaneKey(
            numericsClass: jobs[job]?.description.numericsClass, operation: key.operation, model: key.model,
            memory: LaneKey.roundedMemory(memory))
        let workers = registry.available.compactMap { registry[slot: $0] }.filter(lane.admits)
        guard !workers.isEmpty else { return parts.map { _ in nil } }
        let profile = costs.profile(of: CostKey(operation: key.operation, model: key.model, shape: []))
        var plan = PassPlan(
            parts, rounds: rounds,
            on: workers.map { worker in
                PassPlan.Candidate(
                    id: worker.id, backlog: worker.backlog(at: now),
                    secondsOfWork: costs.unmeasured(profile, work: 1, machine: worker.machine),
                    link: costs.link(machine: worker.machine))
            })
        let begun = plan
        plan.balance()
        let gain = max(Self.leastGain * begun.end, policy.hedgePatience)
        return (begun.end - plan.end > gain ? plan : begun).workers
    }

    /// Has others take what a worker was to begin with that is late, or gets nothing more.
    mutating func releasePlans(of id: WorkerID, _ now: MonotonicInstant) {
        for task in queue.tasks(holder: id) where tasks[task]?.waitsForData == false { letAnyoneTake(task, now) }
    }
}
