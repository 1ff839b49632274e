extension Dispatcher {
    /// Looks at everything that is due.
    mutating func expireTimers(_ now: MonotonicInstant, _ actions: inout [DispatchAction]) {
        while let subject = timers.removeDue(at: now) {
            switch subject {
            case .lease(let id, let attempt): leaseDue(id, attempt, now, &actions)
            case .overrun(let id, let attempt): overrunDue(id, attempt, now, &actions)
            case .affinity(let task): stopWaitingForHolder(task, now, &actions)
            case .retry(let task):
                if tasks[task]?.state == .delayed { makeReady(task, now) }
            case .pardon(let machine):
                registry.updateMachine(machine) { machine in
                    if let until = machine.setAsideUntil, until <= now { machine.pardon() }
                }
            case .silence(let id):
                if let silentSince = registry[id]?.silentSince, now - silentSince >= policy.lease {
                    disconnect(id, .silent, now, &actions)
                }
            }
        }
    }

    /// Whether there would be anything to do about it when it is due.
    func matters(_ subject: DispatchTimers.Subject) -> Bool {
        switch subject {
        case .lease(let id, let attempt), .overrun(let id, let attempt):
            registry[id]?.queue.contains { $0.attempt == attempt } ?? false
        case .affinity(let id): tasks[id].map { $0.waitsForHolder && !$0.isComplete } ?? false
        case .retry, .pardon, .silence: true
        }
    }

    /// A task whose holder had time enough waits for anyone.
    private mutating func stopWaitingForHolder(
        _ id: TaskID, _ now: MonotonicInstant, _ actions: inout [DispatchAction]
    ) {
        guard let task = tasks[id], task.waitsForHolder else { return }
        letAnyoneTake(id, now)
        if let holder = task.description.affinity, registry[holder]?.queue.first?.isOverdue == true {
            revoke(holder, after: 1, now, &actions) { $0.description.id == id }
        }
    }

    /// Has a task wait for whoever is there first.
    mutating func letAnyoneTake(_ id: TaskID, _ now: MonotonicInstant) {
        tasks[id]?.waitsForHolder = false
        guard let task = tasks[id], case .ready(let lane) = task.state, let job = jobs[task.description.job] else {
            return
        }
        queue.remove(id, of: job.description.id, tenant: job.description.tenant, lane: lane)
        tasks[id]?.state = .delayed
        makeReady(id, now)
    }
}
