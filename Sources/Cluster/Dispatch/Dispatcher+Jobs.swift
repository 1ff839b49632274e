extension Dispatcher {
    mutating func jobAdded(
        _ description: JobDescription, _ now: MonotonicInstant, _ actions: inout [DispatchAction]
    ) {
        guard jobs[description.id] == nil else { return }
        guard jobs.count < policy.jobLimit else {
            let failure = JobFailure(reason: .queueFull(limit: policy.jobLimit), attempts: [])
            return actions.append(.failJob(description.id, failure))
        }
        let headStart = Double(description.priority) * policy.priorityHeadStart
        let order = Lane.JobOrder(key: (now + -headStart).nanoseconds, job: description.id)
        jobs[description.id] = JobRecord(description: description, order: order)
    }

    mutating func tasksAdded(
        _ descriptions: [TaskDescription], _ now: MonotonicInstant, _ actions: inout [DispatchAction]
    ) {
        for description in descriptions {
            guard let job = jobs[description.job], tasks[description.id] == nil else { continue }
            guard job.tasks.count < policy.taskLimit else {
                fail(description.job, .tooManyTasks(limit: policy.taskLimit), [], now, &actions)
                continue
            }
            jobs[description.job]?.tasks.append(description.id)
            tasks[description.id] = TaskRecord(description)
            makeReady(description.id, now)
            if description.affinity != nil { timers.set(.affinity(description.id), at: now + policy.affinityPatience) }
        }
    }

    /// Puts a task into the lane of those that ask the same.
    mutating func makeReady(_ id: TaskID, _ now: MonotonicInstant) {
        guard let task = tasks[id], let job = jobs[task.description.job] else { return }
        let description = task.description
        let key = LaneKey(
            numericsClass: job.description.numericsClass, operation: description.costKey.operation,
            model: description.costKey.model, memory: LaneKey.roundedMemory(description.memory),
            memoryAbove: task.memoryAbove, excluded: task.failedOn,
            holder: task.waitsForHolder ? description.affinity : nil)
        let lane = queue.insert(
            Lane.TaskOrder(work: description.work, task: id), job: job.order, tenant: job.description.tenant, key: key,
            workers: registry.all)
        tasks[id]?.state = .ready(lane: lane)
    }

    /// Gives a job up.
    mutating func fail(
        _ id: JobID, _ reason: JobFailure.Reason, _ attempts: [AttemptFailure], _ now: MonotonicInstant,
        _ actions: inout [DispatchAction]
    ) {
        actions.append(.failJob(id, JobFailure(reason: reason, attempts: attempts)))
        forget(id, now, &actions)
    }

    /// Forgets a job and cancels what still runs for it.
    mutating func forget(_ id: JobID, _ now: MonotonicInstant, _ actions: inout [DispatchAction]) {
        guard let job = jobs.removeValue(forKey: id) else { return }
        for taskID in job.tasks {
            guard let task = tasks.removeValue(forKey: taskID) else { continue }
            if case .ready(let lane) = task.state {
                queue.remove(taskID, of: id, tenant: job.description.tenant, lane: lane)
            }
            cancelLiveAttempts(of: task, now, &actions)
        }
    }

    /// Cancels the attempts of a task that nobody waits for any more.
    mutating func cancelLiveAttempts(
        of task: TaskRecord, _ now: MonotonicInstant, _ actions: inout [DispatchAction]
    ) {
        for (index, attempt) in task.attempts.enumerated() where attempt.isLive {
            let id = AttemptID(epoch: epoch, task: task.description.id, number: index + 1)
            actions.append(.cancel(attempt.worker, id))
            learnFromGivenUp(id, attempt.worker, now)
            close(id, attempt.worker, now)
            disconnectIfDrained(attempt.worker, now, &actions)
        }
    }
}
