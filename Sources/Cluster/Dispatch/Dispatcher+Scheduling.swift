extension Dispatcher {
    /// Hands out ready tasks as long as there is a worker for one.
    mutating func schedule(_ now: MonotonicInstant, _ actions: inout [DispatchAction]) {
        var passedOver: [Int] = []
        while !registry.open.isEmpty, let turn = queue.next(for: registry.open, without: passedOver) {
            guard let task = tasks[turn.task]?.description else { return }
            let profile = costs.profile(of: task.costKey)
            let candidates = turn.eligible.intersection(registry.open)
            guard let best = earliest(of: candidates, task, profile, now) else { return }
            if othersFinishEverything(before: best, turn, task, profile, now) {
                passedOver.append(turn.lane)
            } else {
                queue.remove(turn.task, of: task.job, tenant: turn.tenant, lane: turn.lane)
                assign(turn.task, to: best, now, &actions)
            }
        }
    }

    /// A worker and what is predicted of it, in seconds.
    struct Prospect {
        var worker: WorkerRecord
        /// Of computing the task.
        var predicted: Double
        /// Of its way to the worker and back.
        var transfer: Double
        /// From now until the task is done.
        var finish: Double

        /// Of another task like this one behind it: one is on its way while the other is computed.
        var next: Double { max(predicted, transfer) }
    }

    func prospect(
        slot: Int, _ task: TaskDescription, _ profile: CostModel.Profile, _ now: MonotonicInstant
    ) -> Prospect? {
        guard let worker = registry[slot: slot] else { return nil }
        var predicted = costs.seconds(profile, work: task.work, machine: worker.machine)
        if task.needsReplay(on: worker.id) {
            predicted += costs.unmeasured(profile, work: task.replayWork, machine: worker.machine)
        }
        let transfer = costs.link(machine: worker.machine)
            .transfer(bytes: task.inputBytes(to: worker) + task.outputBytes)
        return Prospect(
            worker: worker, predicted: predicted, transfer: transfer,
            finish: max(worker.backlog(at: now), transfer) + predicted)
    }

    /// The worker that would finish a task first; of equals the one in the lowest slot.
    func earliest(
        of candidates: WorkerSet, _ task: TaskDescription, _ profile: CostModel.Profile, _ now: MonotonicInstant
    ) -> Prospect? {
        var best: Prospect?
        for slot in candidates {
            guard let prospect = prospect(slot: slot, task, profile, now) else { continue }
            if let other = best, other.finish <= prospect.finish { continue }
            best = prospect
        }
        return best
    }

    /// Whether all that waits, counted as tasks like this one, would be done by other workers before this one had done
    /// its own: then it only would make the end later.
    func othersFinishEverything(
        before best: Prospect, _ turn: ReadyQueue.Turn, _ task: TaskDescription, _ profile: CostModel.Profile,
        _ now: MonotonicInstant
    ) -> Bool {
        var finished = 0
        for slot in turn.eligible.intersection(registry.available) where slot != best.worker.slot {
            guard let other = prospect(slot: slot, task, profile, now), other.finish < best.finish else { continue }
            let tasks = 1 + (best.finish - other.finish) / other.next
            finished += Int(min(tasks, 1e6))
            if finished >= queue.count { return true }
        }
        return false
    }

    /// Hands out an attempt.
    mutating func assign(
        _ id: TaskID, to prospect: Prospect, _ now: MonotonicInstant, _ actions: inout [DispatchAction]
    ) {
        let (worker, predicted, transfer) = (prospect.worker, prospect.predicted, prospect.transfer)
        guard let task = tasks[id], let job = jobs[task.description.job] else { return }
        let isFirst = task.attempts.isEmpty
        let attempt = AttemptID(epoch: epoch, task: id, number: task.attempts.count + 1)
        tasks[id]?.attempts.append(
            AttemptRecord(
                worker: worker.id, machine: worker.machine, numericsClass: worker.description.numericsClass))
        tasks[id]?.state = .running
        if isFirst {
            // A tenant pays for a task once, whatever the farm loses.
            queue.charge(job.description.tenant, seconds: predicted, weight: job.description.weight)
            jobs[job.description.id]?.dispatchedSeconds += predicted
        }
        registry.update(worker.id) {
            $0.queue.append(
                WorkerRecord.Assignment(
                    attempt: attempt, predicted: predicted, transfer: transfer,
                    overrun: policy.overrun(ofExpected: predicted + transfer), offeredAt: now,
                    isAlone: $0.queue.isEmpty))
            if let input = task.description.sessionInput { $0.sessionInputs.note(input) }
        }
        begin(worker.id, now)
        guard !worker.isLocal else { return actions.append(.runLocally(attempt)) }
        let deadline = now + policy.lease
        timers.set(.lease(worker.id, attempt), at: deadline)
        actions.append(.offer(worker.id, attempt, deadline: deadline))
    }
}
