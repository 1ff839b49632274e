extension Dispatcher {
    /// Why nothing is done although tasks wait: a line for each connected worker on what keeps it from the first of
    /// them. Nil when something runs, or can be handed out, or nothing waits; empty when nobody is connected.
    package func obstacles(now: MonotonicInstant) -> [String]? {
        guard queue.count > 0, registry.all.allSatisfy(\.queue.isEmpty) else { return nil }
        let waiting = tasks.values.filter { if case .ready = $0.state { true } else { false } }
        guard let task = waiting.min(by: { $0.description.id < $1.description.id }), case .ready(let lane) = task.state,
            let key = queue.key(lane: lane)
        else { return nil }
        var lines: [String] = []
        for worker in registry.all {
            guard let obstacle = obstacle(to: worker, key, now) else { return nil }
            lines.append("\(worker.description.name) \(obstacle)")
        }
        return lines
    }

    private func obstacle(to worker: WorkerRecord, _ key: LaneKey, _ now: MonotonicInstant) -> String? {
        let description = worker.description
        if worker.isDraining { return "finishes what it has and takes nothing more" }
        if registry.machine(worker.machine)?.isHeld == true { return "is drained until it may take tasks again" }
        if let until = registry.machine(worker.machine)?.setAsideUntil, until > now {
            return "failed too often and is set aside for \(Int((until - now).rounded(.up))) s"
        }
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
