extension Dispatcher {
    /// Why nothing is done although tasks wait: a line for each connected worker on what keeps it from the first of
    /// them. Nil when something runs, or can be handed out, or nothing waits; empty when nobody is connected.
    package func obstacles(now: MonotonicInstant) -> [String]? {
        guard queue.count > 0, registry.all.allSatisfy(\.queue.isEmpty) else { return nil }
        let waiting = tasks.values.filter { if case .ready = $0.state { true } else { false } }
        guard let task = waiting.min(by: { $0.description.id < $1.description.id }), case .ready(let lane) = task.state,
            let key = queue.key(lane: lane)
        else { return nil }
        return lines { passingObstacle(to: $0, now) ?? lastingObstacle(to: $0, key) }
    }

    /// Jobs that cannot go on with those who are connected, whatever time passes: nothing of them runs, and nobody can
    /// take any of their tasks. It takes time in proportion to all tasks.
    ///
    /// - Returns: for each of them a line for each connected worker on what keeps it from the first task; none while
    ///   nobody is connected.
    package var obstructedJobs: [JobID: [String]] {
        guard !registry.all.isEmpty else { return [:] }
        var answers: [Int: [String]?] = [:]
        return jobs.compactMapValues { job in
            var first: [String]?
            for task in job.tasks.compactMap({ tasks[$0] }) where !task.isComplete {
                guard case .ready(let lane) = task.state, let key = queue.key(lane: lane) else { return nil }
                let answer = answers[lane] ?? lines { lastingObstacle(to: $0, key) }
                answers[lane] = answer
                guard let answer else { return nil }
                first = first ?? answer
            }
            return first
        }
    }

    /// A line for each worker; nil where nothing keeps one of them.
    private func lines(_ obstacle: (WorkerRecord) -> String?) -> [String]? {
        var lines: [String] = []
        for worker in registry.all {
            guard let obstacle = obstacle(worker) else { return nil }
            lines.append("\(worker.description.name) \(obstacle)")
        }
        return lines
    }

    /// What keeps a worker from all tasks for a time.
    private func passingObstacle(to worker: WorkerRecord, _ now: MonotonicInstant) -> String? {
        if worker.isDraining { return "finishes what it has and takes nothing more" }
        if registry.machine(worker.machine)?.isHeld == true { return "is drained until it may take tasks again" }
        if let until = registry.machine(worker.machine)?.setAsideUntil, until > now {
            return "failed too often and is set aside for \(Int((until - now).rounded(.up))) s"
        }
        return nil
    }

    /// What keeps a worker from a kind of task as long as it is what it is.
    private func lastingObstacle(to worker: WorkerRecord, _ key: LaneKey) -> String? {
        let description = worker.description
        if let wanted = key.numericsClass, description.numericsClass != wanted {
            return "computes other last bits than this coordinator (--mixed-numerics lets it take part)"
        }
        if let model = key.model, !description.models.contains(model) { return "does not have the model, or not yet" }
        if !description.operations.contains(key.operation) { return "cannot do \(key.operation)" }
        if description.memory < key.memory {
            return "has \(description.memory >> 20) MiB for tasks, and this one needs \(key.memory >> 20) MiB"
        }
        return nil
    }
}
