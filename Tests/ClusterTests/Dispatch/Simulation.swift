import Cluster

/// Plays a whole farm against the dispatcher: a queue of what happens next, a seed, and nothing else.
struct Simulation {
    /// What happens at its time.
    private enum Occurrence {
        case deliver(DispatchEvent)
        /// The worker has computed the first of its queue, if nothing came between.
        case computed(worker: Int, generation: Int, seconds: Double)
        case status(worker: Int, id: WorkerID)
        case thaw(worker: Int)
        case reconnect(worker: Int)
        case wakeUp
    }

    /// A job of several rounds; the tasks of one are added when those of the one before are complete.
    struct Job {
        var description: JobDescription
        var rounds: [[TaskDescription]]
        var remaining: Set<TaskID> = []
        var finishedAt: MonotonicInstant?
        var failure: JobFailure?
    }

    private(set) var now = MonotonicInstant.zero
    private(set) var dispatcher: Dispatcher
    private(set) var invariants: SimulationInvariants
    private(set) var workers: [SimulatedWorker]
    private(set) var jobs: [JobID: Job] = [:]
    private(set) var nondeterminism = 0
    private(set) var closed = 0
    private(set) var events = 0
    /// How likely a worker does not hear of a cancellation in time.
    var lateCancellations = 0.3
    private let policy: DispatchPolicy
    private let checks: Bool
    private let localDevice: WorkerDescription?
    private var epoch: UInt64 = 1
    private var random: SeededGenerator
    private var pending: [(time: MonotonicInstant, sequence: Int, occurrence: Occurrence)] = []
    private var sequence = 0
    private var nextWorker: UInt64 = 1
    private var jobOf: [TaskID: JobID] = [:]
    private var work: [TaskID: Double] = [:]

    /// - Parameters:
    ///   - seed: what every chance is drawn from.
    ///   - workers: those that connect at the start.
    ///   - localDevice: the coordinator's own device, which never fails.
    ///   - policy: the dispatcher's.
    ///   - checks: whether the invariants are looked at after every event.
    init(
        seed: UInt64, workers: [(WorkerDescription, SimulatedWorker.Character)], localDevice: WorkerDescription? = nil,
        policy: DispatchPolicy = DispatchPolicy(), checks: Bool = true
    ) {
        self.policy = policy
        self.checks = checks
        self.localDevice = localDevice
        random = SeededGenerator(seed: seed)
        dispatcher = Dispatcher(epoch: 1, policy: policy, localDevice: localDevice)
        invariants = SimulationInvariants(policy: policy, epoch: 1)
        self.workers = workers.map { description, character in
            SimulatedWorker(id: WorkerID(.max), description: description, character: character)
        }
        // The coordinator's own device is played by the last one.
        if let localDevice {
            self.workers.append(
                SimulatedWorker(
                    id: .local, description: localDevice,
                    character: SimulatedWorker.Character(speed: localDevice.speed)))
        }
        for index in workers.indices { plan(.reconnect(worker: index), after: 0) }
    }

    private mutating func plan(_ occurrence: Occurrence, after seconds: Double) {
        sequence += 1
        let entry = (now.advanced(by: .seconds(seconds)), sequence, occurrence)
        // Sorted with the next one last.
        var low = 0
        var high = pending.count
        while low < high {
            let middle = (low + high) / 2
            if (pending[middle].time, pending[middle].sequence) > (entry.0, entry.1) {
                low = middle + 1
            } else {
                high = middle
            }
        }
        pending.insert(entry, at: low)
    }

    /// Lets an event reach the dispatcher after so many seconds.
    mutating func send(_ event: DispatchEvent, after seconds: Double = 0) { plan(.deliver(event), after: seconds) }

    /// Adds a job at once.
    mutating func add(_ job: Job) {
        jobs[job.description.id] = job
        deliver(.jobAdded(job.description))
        startRound(of: job.description.id)
    }

    /// Runs until all jobs have ended or the time is over.
    mutating func run(until end: MonotonicInstant) {
        while let next = pending.last, next.time <= end, invariants.violations.isEmpty {
            if jobs.values.allSatisfy({ $0.finishedAt != nil || $0.failure != nil }) { return }
            // What nobody can do yet may be done by a worker that comes back, which takes a minute at most.
            if events % 100 == 0, now >= MonotonicInstant(seconds: 200), unfinishedJobs.isEmpty { return }
            pending.removeLast()
            now = max(now, next.time)
            happen(next.occurrence)
        }
    }

    /// Jobs that should go on: neither finished nor failed nor cancelled, and there is a device for each of their tasks.
    var unfinishedJobs: [JobID] {
        let tasks = dispatcher.snapshot.tasks
        return jobs.keys.sorted().filter { id in
            guard let job = jobs[id], job.finishedAt == nil, job.failure == nil else { return false }
            return tasks.contains { task in
                guard task.job == id else { return false }
                switch task.state {
                case .ready(_, let eligible): return !eligible.isEmpty
                case .delayed, .running: return true
                case .complete: return false
                }
            }
        }
    }

    /// Stops a worker for so many seconds, without anybody being told.
    mutating func freeze(worker index: Int, for seconds: Double) {
        workers[index].condition = .frozen
        workers[index].generation += 1
        plan(.thaw(worker: index), after: seconds)
    }

    /// Starts the coordinator again: it remembers which tasks of each round are complete and nothing else.
    mutating func restart() {
        epoch += 1
        dispatcher = Dispatcher(epoch: epoch, policy: policy, localDevice: localDevice, now: now)
        let known = invariants.violations
        invariants = SimulationInvariants(policy: policy, epoch: epoch)
        precondition(known.isEmpty)
        for index in workers.indices {
            if workers[index].id == .local {
                workers[index].queue = []
                workers[index].generation += 1
            } else {
                // It goes on with what it has and offers the result to a coordinator that knows nothing of it.
                workers[index].id = WorkerID(nextWorker)
                nextWorker += 1
                send(.workerJoined(workers[index].id, workers[index].description), after: Double(index) * 0.01)
                plan(.status(worker: index, id: workers[index].id), after: 2)
            }
        }
        for id in jobs.keys.sorted() {
            guard let job = jobs[id], job.finishedAt == nil, job.failure == nil else { continue }
            deliver(.jobAdded(job.description))
            let tasks = (job.rounds.first ?? []).filter { job.remaining.contains($0.id) }
            deliver(.tasksAdded(tasks))
        }
    }

    private mutating func happen(_ occurrence: Occurrence) {
        switch occurrence {
        case .deliver(let event): deliver(event)
        case .wakeUp: deliver(.tick)
        case .computed(let index, let generation, let seconds):
            guard workers[index].generation == generation else { return }
            computed(index, seconds)
        case .status(let index, let id):
            guard workers[index].id == id, workers[index].condition != .unreachable else { return }
            plan(.status(worker: index, id: id), after: 2)
            guard workers[index].condition == .well else { return }
            workers[index].progress += 1
            deliver(.leaseRenewed(id, progress: workers[index].progress))
        case .thaw(let index):
            guard workers[index].condition == .frozen else { return }
            workers[index].condition = .well
            start(index)
        case .reconnect(let index):
            workers[index].id = WorkerID(nextWorker)
            nextWorker += 1
            workers[index].condition = .well
            workers[index].queue = []
            workers[index].generation += 1
            plan(.status(worker: index, id: workers[index].id), after: 2)
            deliver(.workerJoined(workers[index].id, workers[index].description))
        }
    }

    private mutating func deliver(_ event: DispatchEvent) {
        events += 1
        let actions = dispatcher.receive(event, now: now)
        if checks { invariants.check(event, actions, dispatcher, now: now) }
        for action in actions { perform(action) }
    }

    private mutating func perform(_ action: DispatchAction) {
        switch action {
        case .offer(let id, let attempt, _): offered(attempt, to: id)
        case .runLocally(let attempt): offered(attempt, to: .local)
        case .cancel(let id, let attempt):
            guard let index = workers.firstIndex(where: { $0.id == id }), workers[index].condition == .well else {
                return
            }
            // Now and then the cancellation comes too late.
            guard !random.chance(lateCancellations) else { return }
            let wasRunning = workers[index].queue.first == attempt
            workers[index].queue.removeAll { $0 == attempt }
            if wasRunning { start(index) }
        case .complete(let attempt, _): completed(attempt.task)
        case .failJob(let id, let failure):
            if jobs[id]?.failure == nil { jobs[id]?.failure = failure }
        case .disconnect(let id, _):
            guard let index = workers.firstIndex(where: { $0.id == id }) else { return }
            plan(.reconnect(worker: index), after: Double.random(in: 1...5, using: &random))
        case .nondeterminism: nondeterminism += 1
        case .closeAttempt: closed += 1
        case .setAside: break
        case .wakeUp(let time): plan(.wakeUp, after: max(0, now.duration(to: time) / .seconds(1)))
        }
    }

    private mutating func offered(_ attempt: AttemptID, to id: WorkerID) {
        guard let index = workers.firstIndex(where: { $0.id == id }), workers[index].condition != .unreachable
        else { return }
        let character = workers[index].character
        if workers[index].condition == .well, random.chance(character.declines) {
            let reasons: [DeclineReason] = [.outOfMemory, .unsupported, .modelMissing]
            return send(.taskDeclined(id, attempt, reasons[Int.random(in: 0..<3, using: &random)]), after: 0.001)
        }
        workers[index].queue.append(attempt)
        if random.chance(0.3) {
            // Its inputs are on their way for a while, or for longer than anybody waits.
            send(.inputsSent(id, attempt, byteCount: Int.random(in: 0...(1 << 24), using: &random)))
            let seconds = Double.random(in: 0.001...2, using: &random)
            send(.taskAccepted(id, attempt, transferSeconds: seconds), after: seconds)
        } else {
            send(.taskAccepted(id, attempt, transferSeconds: 0), after: 0.001)
        }
        if workers[index].queue.count == 1 { start(index) }
    }

    /// Begins the first of a worker's queue, and draws what becomes of it.
    private mutating func start(_ index: Int) {
        workers[index].generation += 1
        guard let attempt = workers[index].queue.first, workers[index].condition == .well else { return }
        let character = workers[index].character
        var seconds = (work[attempt.task] ?? 1) / character.speed * Double.random(in: 0.9...1.1, using: &random)
        if random.chance(character.stragglers) { seconds *= character.stragglerFactor }
        let id = workers[index].id
        if random.chance(character.crashes) {
            workers[index].condition = .unreachable
            send(.workerLeft(id, .connectionLost), after: seconds / 2)
            return plan(.reconnect(worker: index), after: seconds / 2 + Double.random(in: 0.1...8, using: &random))
        }
        if random.chance(character.freezes) {
            workers[index].condition = .frozen
            return plan(.thaw(worker: index), after: Double.random(in: 1...40, using: &random))
        }
        if random.chance(character.halfOpens) {
            workers[index].condition = .unreachable
            return plan(.reconnect(worker: index), after: Double.random(in: 1...60, using: &random))
        }
        plan(.computed(worker: index, generation: workers[index].generation, seconds: seconds), after: seconds)
    }

    private mutating func computed(_ index: Int, _ seconds: Double) {
        guard !workers[index].queue.isEmpty else { return }
        let attempt = workers[index].queue.removeFirst()
        let worker = workers[index]
        if random.chance(worker.character.failures) {
            let kinds: [FailureKind] = [.retryable, .poison, .outOfMemory, .internal]
            deliver(.failed(worker.id, attempt, kinds[Int.random(in: 0..<4, using: &random)], message: "simulated"))
        } else {
            let digest = random.chance(worker.character.lies) ? "lie \(worker.id)" : "truth"
            let result = DispatchEvent.result(worker.id, attempt, computeSeconds: seconds, digest: digest)
            if random.chance(worker.character.duplicates) { send(result, after: 0.5) }
            deliver(result)
        }
        if workers[index].id == worker.id { start(index) }
    }

    private mutating func completed(_ task: TaskID) {
        guard let id = jobOf[task], jobs[id]?.remaining.remove(task) != nil, jobs[id]?.remaining.isEmpty == true
        else { return }
        jobs[id]?.rounds.removeFirst()
        startRound(of: id)
    }

    private mutating func startRound(of id: JobID) {
        guard let round = jobs[id]?.rounds.first else {
            jobs[id]?.finishedAt = now
            return deliver(.jobFinished(id))
        }
        jobs[id]?.remaining = Set(round.map(\.id))
        for task in round {
            jobOf[task.id] = id
            work[task.id] = task.work
        }
        deliver(.tasksAdded(round))
    }
}
