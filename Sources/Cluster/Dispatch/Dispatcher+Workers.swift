extension Dispatcher {
    mutating func workerJoined(
        _ id: WorkerID, _ description: WorkerDescription, _ now: MonotonicInstant, _ actions: inout [DispatchAction]
    ) {
        guard id != .local, registry[id] == nil else { return }
        if let older = registry.worker(named: description.name) {
            // A second worker that takes the own device's name would push it out.
            guard !older.isLocal else { return actions.append(.disconnect(id, .replaced)) }
            disconnect(older.id, .replaced, now, &actions)
        }
        guard !registry.isFull else { return actions.append(.disconnect(id, .farmFull)) }
        join(id, description, now: now)
    }

    mutating func join(_ id: WorkerID, _ description: WorkerDescription, now: MonotonicInstant) {
        let (worker, forgotten) = registry.join(id, description, now: now)
        for machine in forgotten { costs.forget(machine: machine) }
        costs.introduce(machine: worker.machine, speed: description.speed)
        queue.consider(worker)
    }

    mutating func modelsChanged(_ id: WorkerID, _ models: Set<String>) {
        guard registry[id] != nil else { return }
        registry.update(id) { $0.description.models = models }
        guard let worker = registry[id] else { return }
        queue.forget(slot: worker.slot)
        queue.consider(worker)
    }

    mutating func workerLeft(
        _ id: WorkerID, _ reason: DepartureReason, _ now: MonotonicInstant, _ actions: inout [DispatchAction]
    ) {
        guard let worker = registry[id] else { return }
        let isFault = reason != .goodbye
        let strike = isFault && !worker.queue.isEmpty || reason == .protocolError ? now : nil
        if strike != nil { recordStrike(worker, now) }
        remove(worker, blamingTask: isFault, strike: strike, now, &actions)
        if strike != nil { setAsideIfStruck(worker, now, &actions) }
    }

    /// Sends a worker away and takes back what it has.
    mutating func disconnect(
        _ id: WorkerID, _ reason: DisconnectReason, _ now: MonotonicInstant, _ actions: inout [DispatchAction]
    ) {
        guard let worker = registry[id] else { return }
        actions.append(.disconnect(id, reason))
        remove(worker, blamingTask: false, strike: nil, now, &actions)
    }

    private mutating func remove(
        _ worker: WorkerRecord, blamingTask: Bool, strike: MonotonicInstant?, _ now: MonotonicInstant,
        _ actions: inout [DispatchAction]
    ) {
        let lost = registry[worker.id]?.queue ?? []
        registry.remove(worker.id)
        queue.forget(slot: worker.slot)
        for (index, assignment) in lost.enumerated() {
            if index == 0, blamingTask {
                closeFailed(assignment.attempt, worker, .workerLost, "", strike: strike, now, &actions)
            } else {
                close(assignment.attempt, worker.id, now)
                requeue(assignment.attempt.task, now, &actions)
            }
        }
    }

    /// Counts a failure of a worker. Whether that sets it aside is seen once the task was judged, which may take it back.
    mutating func recordStrike(_ worker: WorkerRecord, _ now: MonotonicInstant) {
        let policy = policy
        registry.updateMachine(worker.machine) { $0.strike(at: now, policy: policy) }
    }

    /// Sets a worker aside whose failure was one too many, and takes back what it has.
    mutating func setAsideIfStruck(_ worker: WorkerRecord, _ now: MonotonicInstant, _ actions: inout [DispatchAction]) {
        guard let machine = registry.machine(worker.machine), let until = machine.setAsideUntil,
            machine.strikes.last == now
        else { return }
        timers.set(.pardon(machine: worker.machine), at: until)
        actions.append(.setAside(worker.id, until: until))
        revoke(worker.id, after: 0, now, &actions)
        releasePlans(of: worker.id, now)
    }

    mutating func drain(_ id: WorkerID, _ now: MonotonicInstant, _ actions: inout [DispatchAction]) {
        guard registry[id] != nil else { return }
        registry.update(id) { $0.isDraining = true }
        revoke(id, after: 1, now, &actions)
        releasePlans(of: id, now)
        disconnectIfDrained(id, now, &actions)
    }

    mutating func hold(
        _ name: String, _ isHeld: Bool, _ now: MonotonicInstant, _ actions: inout [DispatchAction]
    ) {
        guard let machine = registry.machine(named: name) else { return }
        registry.updateMachine(machine) { machine in
            machine.isHeld = isHeld
            // Whoever lets it back has seen to what it failed of.
            if !isHeld { machine.pardon() }
        }
        guard isHeld, let worker = registry.worker(named: name) else { return }
        revoke(worker.id, after: 1, now, &actions)
        releasePlans(of: worker.id, now)
    }

    /// Takes in how a worker stood when the coordinator ended; before it joins.
    mutating func restore(_ standing: WorkerStanding, _ now: MonotonicInstant) {
        guard let machine = registry.restore(standing, now: now) else { return }
        if let until = registry.machine(machine)?.setAsideUntil { timers.set(.pardon(machine: machine), at: until) }
    }

    /// Workers that get nothing and are not connected, by name.
    package func absentWorkers(now: MonotonicInstant) -> [WorkerStanding] {
        registry.absent.map { WorkerStanding($0, now: now) }
    }

    /// How those workers stand who were held, set aside or let back since the last time.
    package mutating func takeChangedStandings(now: MonotonicInstant) -> [WorkerStanding] {
        registry.takeChanged().map { WorkerStanding($0, now: now) }
    }

    /// A draining worker that has nothing left may go.
    mutating func disconnectIfDrained(_ id: WorkerID, _ now: MonotonicInstant, _ actions: inout [DispatchAction]) {
        guard let worker = registry[id], worker.isDraining, worker.queue.isEmpty, !worker.isLocal else { return }
        disconnect(id, .drained, now, &actions)
    }

    /// Takes back the attempts of a worker beyond the first so many; they were not begun and count for nothing.
    mutating func revoke(
        _ id: WorkerID, after kept: Int, _ now: MonotonicInstant, _ actions: inout [DispatchAction],
        where isWanted: (TaskRecord) -> Bool = { _ in true }
    ) {
        for assignment in (registry[id]?.queue ?? []).dropFirst(kept) {
            guard let task = tasks[assignment.attempt.task], isWanted(task) else { continue }
            actions.append(.cancel(id, assignment.attempt))
            close(assignment.attempt, id, now)
            requeue(assignment.attempt.task, now, &actions)
        }
    }
}
