extension Dispatcher {
    mutating func attemptFailed(
        _ id: WorkerID, _ attempt: AttemptID, _ kind: FailureKind, _ message: String, _ now: MonotonicInstant,
        _ actions: inout [DispatchAction]
    ) {
        guard liveAttempt(id, attempt, now, &actions) != nil, let worker = registry[id] else { return }
        let isFault = kind == .retryable || kind == .internal
        if isFault { recordStrike(worker, now) }
        if kind == .outOfMemory { raiseMemory(attempt.task, above: worker) }
        closeFailed(
            attempt, worker, .reported(kind), message, strike: isFault ? now : nil, now, &actions)
        if isFault { setAsideIfStruck(worker, now, &actions) }
        disconnectIfDrained(id, now, &actions)
    }

    mutating func taskDeclined(
        _ id: WorkerID, _ attempt: AttemptID, _ reason: DeclineReason, _ now: MonotonicInstant,
        _ actions: inout [DispatchAction]
    ) {
        guard liveAttempt(id, attempt, now, &actions) != nil, let worker = registry[id],
            let key = tasks[attempt.task]?.description.costKey
        else { return }
        switch reason {
        case .outOfMemory:
            raiseMemory(attempt.task, above: worker)
            closeFailed(attempt, worker, .declined(reason), "", strike: nil, now, &actions)
            return disconnectIfDrained(id, now, &actions)
        // What it cannot do it is not asked for again, so that no storm of offers follows.
        case .modelMissing:
            registry.update(id) { worker in if let model = key.model { worker.description.models.remove(model) } }
        case .unsupported: registry.update(id) { $0.description.operations.remove(key.operation) }
        case .draining: registry.update(id) { $0.isDraining = true }
        }
        if reason == .modelMissing, key.model == nil { registry.update(id) { $0.isDraining = true } }
        if let changed = registry[id] { queue.consider(changed) }
        close(attempt, id, now)
        requeue(attempt.task, now, &actions)
        disconnectIfDrained(id, now, &actions)
    }

    /// Asks for more memory than this worker has, as long as there is such a worker.
    private mutating func raiseMemory(_ task: TaskID, above worker: WorkerRecord) {
        // Others with as much have not shown that it is too little for them: what else they do takes memory as well.
        guard registry.all.contains(where: { $0.description.memory > worker.description.memory }) else { return }
        let known = tasks[task]?.memoryAbove ?? -1
        tasks[task]?.memoryAbove = max(known, worker.description.memory)
    }

    /// Ends an attempt that ran and failed, and sees whether the task goes on.
    mutating func closeFailed(
        _ id: AttemptID, _ worker: WorkerRecord, _ cause: AttemptFailure.Cause, _ message: String,
        strike: MonotonicInstant?,
        _ now: MonotonicInstant, _ actions: inout [DispatchAction]
    ) {
        let failure = AttemptFailure(
            attempt: id, worker: worker.description.name, cause: cause, message: String(message.prefix(200)))
        tasks[id.task]?.attempts[id.number - 1].strike = strike
        tasks[id.task]?.failures.append(failure)
        tasks[id.task]?.waitsForHolder = false
        if cause != .reported(.retryable), let failedOn = tasks[id.task]?.failedOn, !failedOn.contains(worker.machine) {
            let place = failedOn.firstIndex { $0 > worker.machine } ?? failedOn.endIndex
            tasks[id.task]?.failedOn.insert(worker.machine, at: place)
        }
        close(id, worker.id, now)
        guard let task = tasks[id.task], !task.isComplete else { return }
        if isPoison(task) {
            forgiveWorkers(for: task)
            fail(task.description.job, .poison(id.task), task.failures, now, &actions)
        } else {
            requeue(id.task, now, &actions)
        }
    }

    /// Whether the task failed on as many different workers as it takes to believe that it is the task.
    private func isPoison(_ task: TaskRecord) -> Bool {
        var names: [String] = []
        for failure in task.failures where failure.cause.blamesTask && !names.contains(failure.worker) {
            names.append(failure.worker)
        }
        return names.count >= policy.poisonLimit
    }

    /// What a poisonous task did to workers was not their fault.
    private mutating func forgiveWorkers(for task: TaskRecord) {
        let policy = policy
        for attempt in task.attempts {
            guard let strike = attempt.strike else { continue }
            registry.updateMachine(attempt.machine) { $0.forgive(strike, policy: policy) }
        }
    }

    /// Gives a task without a live attempt another chance: at once, or after a while where it failed before.
    mutating func requeue(_ id: TaskID, _ now: MonotonicInstant, _ actions: inout [DispatchAction]) {
        guard let task = tasks[id], task.liveAttempts == 0, !task.isComplete else { return }
        guard task.failures.count < task.description.maxAttempts else {
            return fail(task.description.job, .attemptsExhausted(id), task.failures, now, &actions)
        }
        tasks[id]?.state = .delayed
        // What nobody holds yet can as well begin elsewhere.
        if !task.waitsForData { tasks[id]?.waitsForHolder = false }
        if let last = task.failures.last, last.attempt.number == task.attempts.count, last.cause.wantsDelay,
            task.failures.count > 1
        {
            let delay = policy.retryDelay * Double(1 << min(task.failures.count - 2, 6))
            timers.set(.retry(id), at: now + delay)
        } else {
            makeReady(id, now)
        }
    }
}

extension AttemptFailure.Cause {
    /// Whether the task may be the reason. Too little memory has its own remedy, and chance its own name.
    fileprivate var blamesTask: Bool {
        switch self {
        case .reported(let kind): kind == .poison || kind == .internal
        case .declined: false
        case .leaseExpired, .workerLost: true
        }
    }

    /// Whether the next try would likely meet the same; a worker that is gone meets nobody.
    fileprivate var wantsDelay: Bool {
        switch self {
        case .reported, .declined: true
        case .leaseExpired, .workerLost: false
        }
    }
}
