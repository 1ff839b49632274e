extension Dispatcher {
    /// The record of an attempt that a worker speaks of, if it is live and the worker's own. Otherwise the worker is told
    /// that it is closed; a worker that speaks of what it was never given is sent away.
    mutating func liveAttempt(
        _ worker: WorkerID, _ id: AttemptID, _ now: MonotonicInstant, _ actions: inout [DispatchAction]
    ) -> AttemptRecord? {
        guard let sender = registry[worker] else { return nil }
        guard id.epoch == epoch else {
            actions.append(.closeAttempt(worker, id, .staleEpoch))
            return nil
        }
        guard let task = tasks[id.task] else {
            actions.append(.closeAttempt(worker, id, .unknownTask))
            return nil
        }
        guard let record = task.attempt(id.number), record.machine == sender.machine else {
            actions.append(.closeAttempt(worker, id, .notYours))
            if !sender.isLocal { disconnect(worker, .protocolViolation, now, &actions) }
            return nil
        }
        guard record.isLive, record.worker == worker else {
            actions.append(.closeAttempt(worker, id, .closed))
            return nil
        }
        return record
    }

    mutating func inputsSent(_ worker: WorkerID, _ id: AttemptID, _ byteCount: Int) {
        guard let index = registry[worker]?.queue.firstIndex(where: { $0.attempt == id }) else { return }
        registry.update(worker) { $0.queue[index].sentBytes = max(0, byteCount) }
    }

    mutating func taskAccepted(
        _ worker: WorkerID, _ id: AttemptID, _ seconds: Double, _ now: MonotonicInstant,
        _ actions: inout [DispatchAction]
    ) {
        guard liveAttempt(worker, id, now, &actions) != nil, let record = registry[worker],
            let index = record.queue.firstIndex(where: { $0.attempt == id }), record.queue[index].acceptedAt == nil,
            let task = tasks[id.task]
        else { return }
        let before = record.queue[index]
        if before.sentBytes > 0, seconds > 0 {
            costs.learnWay(
                bytes: before.sentBytes, .complete(min(seconds, now - before.offeredAt)), machine: record.machine)
        }
        // What is left of the way is that of the result.
        let transfer = costs.link(machine: record.machine).transfer(bytes: task.description.outputBytes)
        let overrun = policy.overrun(ofExpected: before.predicted + transfer)
        registry.update(worker) { worker in
            worker.queue[index].acceptedAt = now
            guard !before.isOverdue else { return }
            (worker.queue[index].transfer, worker.queue[index].overrun) = (transfer, overrun)
            guard index == 0 else { return }
            worker.queue[0].startedAt = now
            worker.queue[0].isAlone = true
        }
        if index == 0, !before.isOverdue { timers.set(.overrun(worker, id), at: now + overrun) }
    }

    mutating func progressMade(
        _ worker: WorkerID, _ id: AttemptID, _ now: MonotonicInstant, _ actions: inout [DispatchAction]
    ) {
        guard liveAttempt(worker, id, now, &actions) != nil else { return }
        renew(worker, now)
    }

    mutating func resultArrived(
        _ worker: WorkerID, _ id: AttemptID, _ seconds: Double, _ digest: String?, _ now: MonotonicInstant,
        _ actions: inout [DispatchAction]
    ) {
        compareWithWinner(worker, id, digest, &actions)
        guard liveAttempt(worker, id, now, &actions) != nil, let record = registry[worker],
            let assignment = record.queue.first(where: { $0.attempt == id }), var task = tasks[id.task]
        else { return }
        // Computing takes no longer than the worker had it; a shorter time cannot be checked.
        let possible = min(seconds, now - assignment.offeredAt)
        if !task.description.needsReplay(on: worker) {
            learn(task, record, .complete(possible), now)
        }
        learnWay(of: task.description, assignment, record, computed: possible, now)
        registry.updateMachine(record.machine) { $0.timesSetAside = 0 }
        close(id, worker, now)
        renew(worker, now)
        task = tasks[id.task] ?? task
        tasks[id.task]?.state = .complete(attempt: id.number, digest: digest)
        actions.append(.complete(id, by: worker))
        cancelLiveAttempts(of: task, now, &actions)
        disconnectIfDrained(worker, now, &actions)
    }

    /// Whether a task was handed out more than once, so that its results have to be compared.
    package func isContested(_ id: TaskID) -> Bool { (tasks[id]?.attempts.count ?? 0) > 1 }

    /// Reports a result that differs from the one that won, where both should be the same.
    private mutating func compareWithWinner(
        _ worker: WorkerID, _ id: AttemptID, _ digest: String?, _ actions: inout [DispatchAction]
    ) {
        guard id.epoch == epoch, let task = tasks[id.task], case .complete(let winner, let accepted?) = task.state,
            let record = task.attempt(id.number), let first = task.attempt(winner), let digest, digest != accepted
        else { return }
        guard record.machine == registry[worker]?.machine, !record.isReported,
            record.numericsClass == first.numericsClass
        else { return }
        tasks[id.task]?.attempts[id.number - 1].isReported = true
        let results = NondeterministicResults(
            accepted: AttemptID(epoch: epoch, task: id.task, number: winner), acceptedDigest: accepted, other: id,
            otherDigest: digest)
        actions.append(.nondeterminism(id.task, results))
    }

    /// Ends an attempt: nothing that comes of it counts. The worker's next one begins.
    mutating func close(_ id: AttemptID, _ worker: WorkerID, _ now: MonotonicInstant) {
        tasks[id.task]?.attempts[id.number - 1].isLive = false
        overdue.removeAll { $0.attempt == id }
        guard let index = registry[worker]?.queue.firstIndex(where: { $0.attempt == id }) else { return }
        registry.update(worker) { $0.queue.remove(at: index) }
        if index == 0 { begin(worker, now) }
    }

    /// Notes that the first attempt of a worker's queue runs.
    mutating func begin(_ id: WorkerID, _ now: MonotonicInstant) {
        guard let first = registry[id]?.queue.first, first.startedAt == nil else { return }
        registry.update(id) { $0.queue[0].startedAt = now }
        timers.set(.overrun(id, first.attempt), at: now + first.overrun)
    }
}
