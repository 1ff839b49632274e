import Cluster

/// What must hold after every event, kept apart from the dispatcher's own account.
struct SimulationInvariants {
    /// What was broken, in words.
    private(set) var violations: [String] = []
    private let policy: DispatchPolicy
    private let epoch: UInt64
    /// Attempts that were handed out and not taken back, by worker.
    private var live: [AttemptID: WorkerID] = [:]
    /// The time of the last sign that a worker computes, or of the offer.
    private var renewed: [AttemptID: MonotonicInstant] = [:]
    private var completed: Set<TaskID> = []
    private var handedOut: [TaskID: Int] = [:]

    init(policy: DispatchPolicy, epoch: UInt64) {
        self.policy = policy
        self.epoch = epoch
    }

    private mutating func require(_ holds: Bool, _ words: @autoclosure () -> String) {
        if !holds { violations.append(words()) }
    }

    /// Takes in what came and what was decided on it.
    mutating func check(
        _ event: DispatchEvent, _ actions: [DispatchAction], _ dispatcher: Dispatcher, now: MonotonicInstant
    ) {
        let signs = sign(of: event)
        for (attempt, worker) in live where worker == signs { renewed[attempt] = now }
        for action in actions { follow(action, event, now) }
        compare(dispatcher.snapshot, dispatcher, now)
    }

    /// The worker that the event shows to compute.
    private func sign(of event: DispatchEvent) -> WorkerID? {
        switch event {
        case .leaseRenewed(let worker, _), .progress(let worker, _), .result(let worker, _, _, _): worker
        default: nil
        }
    }

    private mutating func follow(_ action: DispatchAction, _ event: DispatchEvent, _ now: MonotonicInstant) {
        switch action {
        case .offer(let worker, let attempt, let deadline):
            handOut(attempt, to: worker, now)
            require(now.duration(to: deadline) <= .seconds(10), "\(attempt) is leased beyond ten seconds")
        case .runLocally(let attempt): handOut(attempt, to: .local, now)
        case .cancel(let worker, let attempt):
            require(live[attempt] == worker, "\(attempt) is cancelled and \(worker) does not have it")
            live[attempt] = nil
        case .complete(let attempt, let worker):
            require(attempt.epoch == epoch, "\(attempt) of another epoch is accepted")
            require(completed.insert(attempt.task).inserted, "\(attempt.task) completes twice")
            require(live.removeValue(forKey: attempt) == worker, "a result of the closed \(attempt) is accepted")
            guard case .result(worker, attempt, _, _) = event else {
                return require(false, "\(attempt) completes without its result")
            }
        case .disconnect(let worker, _): live = live.filter { $0.value != worker }
        case .failJob, .setAside, .nondeterminism, .wakeUp, .closeAttempt: break
        }
    }

    private mutating func handOut(_ attempt: AttemptID, to worker: WorkerID, _ now: MonotonicInstant) {
        require(attempt.epoch == epoch, "\(attempt) is handed out in another epoch")
        require(!completed.contains(attempt.task), "\(attempt) is handed out after its task was complete")
        handedOut[attempt.task, default: 0] += 1
        require(handedOut[attempt.task] == attempt.number, "\(attempt) is out of order")
        live[attempt] = worker
        renewed[attempt] = now
    }

    /// Compares the dispatcher's account with the one kept here.
    private mutating func compare(_ snapshot: DispatchSnapshot, _ dispatcher: Dispatcher, _ now: MonotonicInstant) {
        let held = snapshot.workers.flatMap(\.attempts)
        require(held.count == Set(held).count, "an attempt is held twice")
        let ended = live.keys.filter { !held.contains($0) }
        for attempt in ended { live[attempt] = nil }
        require(live.count == held.count, "the workers hold attempts that were not handed out")
        for worker in snapshot.workers {
            let depth = worker.id == .local ? policy.localDepth : policy.prefetchDepth
            require(worker.attempts.count <= depth, "\(worker.id) holds \(worker.attempts.count) attempts")
            for (attempt, end) in zip(worker.attempts, worker.leaseEnds) {
                require(live[attempt] == worker.id, "\(attempt) is elsewhere")
                let longest = (renewed[attempt] ?? .zero).advanced(by: .seconds(10))
                require(end <= longest, "the lease of \(attempt) was not renewed")
                require(now < longest, "the lease of \(attempt) has ended and it is held")
            }
        }
        var ready = 0
        var lanes: [Int: (tasks: [TaskID], eligible: [WorkerID])] = [:]
        for task in snapshot.tasks {
            let holders = held.count { $0.task == task.id }
            require(holders == task.liveAttempts.count, "\(task.id) is held by \(holders)")
            require(holders <= policy.concurrentAttempts, "\(task.id) runs \(holders) times")
            switch task.state {
            case .ready, .delayed: require(holders == 0, "\(task.id) waits and runs")
            case .running: require(holders > 0, "\(task.id) runs nowhere")
            case .complete:
                require(holders == 0 && completed.contains(task.id), "\(task.id) is complete and was not completed")
            }
            require(task.failures <= 16, "\(task.id) failed \(task.failures) times")
            if case .ready(let lane, let eligible) = task.state {
                ready += 1
                lanes[lane, default: ([], eligible)].tasks.append(task.id)
            }
        }
        for lane in lanes.values { conserve(lane.tasks, lane.eligible, snapshot, dispatcher, now) }
        require(ready == snapshot.readyTasks, "\(ready) tasks are ready and \(snapshot.readyTasks) are counted")
    }

    /// Work conservation: while tasks that ask the same are ready, a worker that may do them has nothing to do only if
    /// another one that may is predicted to have done the next of them sooner, after all that it has. Which one is next
    /// is the dispatcher's affair, so it is enough that this holds for one of them.
    private mutating func conserve(
        _ tasks: [TaskID], _ eligible: [WorkerID], _ snapshot: DispatchSnapshot, _ dispatcher: Dispatcher,
        _ now: MonotonicInstant
    ) {
        let able = snapshot.workers.filter { $0.isAvailable && eligible.contains($0.id) }
        for idle in able where idle.attempts.isEmpty {
            let isPassedOver = tasks.contains { task in
                let finish = dispatcher.predictedFinish(of: task, on: idle.id, now: now) ?? 0
                return able.contains { other in
                    !other.attempts.isEmpty
                        && (dispatcher.predictedFinish(of: task, on: other.id, now: now) ?? .infinity) < finish
                }
            }
            require(isPassedOver, "\(idle.id) has nothing to do although \(tasks) are ready")
        }
    }
}
