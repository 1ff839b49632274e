import ClusterMessages
package import Logging
package import Telemetry

/// The hosts that render together: hands tasks to whoever finishes them first and gives back their results.
///
/// The shell around ``Dispatcher``, which decides everything: it keeps the tasks and the connections, sets the timer and
/// does what the dispatcher says.
package actor Farm {
    private struct PendingTask {
        let task: ClusterTask
        let job: JobID
        let continuation: CheckedContinuation<TaskOutput, any Error>
        let progress: @Sendable (Double) -> Void
        /// Results that came, by the number of their attempt, until the dispatcher has decided.
        var outputs: [Int: TaskOutput] = [:]
    }

    /// A job that has begun and not ended.
    private struct OpenJob {
        let trace: TraceID?
        /// What those outside call it.
        let label: UInt64?
        /// Those that have no result yet.
        var tasks: Set<TaskID> = []
    }

    /// Which start of the coordinator.
    package nonisolated let epoch: UInt64
    /// What the connections of all workers have carried.
    package nonisolated let traffic = TrafficCounter()
    private let log: Logger
    private let start = ContinuousClock.now
    private let lease: Duration
    private var dispatcher: Dispatcher
    private let local: LocalLink?
    private var links: [WorkerID: any WorkerLink] = [:]
    private var names: [WorkerID: String] = [:]
    private var tasks: [TaskID: PendingTask] = [:]
    private var jobs: [JobID: OpenJob] = [:]
    /// Is told, in order, of every worker that is held, set aside or let back.
    private let remember: @Sendable (WorkerStanding) -> Void
    private var holders = InputHolders()
    private var timer: Task<Void, Never>?
    private var nextWorker: UInt64 = 0
    private var nextTask: UInt64 = 0
    private var nextJob: UInt64 = 0
    private var nextSession: UInt64 = 0
    /// Figures for reports.
    package private(set) var statistics = FarmStatistics()

    /// - Parameters:
    ///   - epoch: one more at every start of the coordinator.
    ///   - policy: the numbers of dispatch.
    ///   - device: the coordinator's own device; nil where it dispatches only.
    ///   - standings: the workers that got nothing when the coordinator ended.
    ///   - remember: is told, in order, of every worker that is held, set aside or let back.
    ///   - log: where what happens is told.
    package init(
        epoch: UInt64, policy: DispatchPolicy = DispatchPolicy(),
        device: (description: WorkerDescription, runner: any TaskRunner)?, standings: [WorkerStanding] = [],
        remember: @escaping @Sendable (WorkerStanding) -> Void = { _ in }, log: Logger
    ) {
        self.remember = remember
        self.epoch = epoch
        self.log = log
        lease = .seconds(policy.lease)
        dispatcher = Dispatcher(epoch: epoch, policy: policy, localDevice: device?.description, standings: standings)
        local = device.map { LocalLink($0.runner) }
    }

    // What the coordinator's connections report.

    /// A number for a new connection.
    package func newWorkerID() -> WorkerID {
        nextWorker += 1
        return WorkerID(nextWorker)
    }

    /// A worker has shown what it is.
    package func join(_ id: WorkerID, _ description: WorkerDescription, link: any WorkerLink) {
        links[id] = link
        names[id] = description.name
        statistics.joined += 1
        log.info(
            "worker joined",
            metadata: ["worker": "\(description.name)", "speed": "\(Int(description.speed / 1e9)) GFLOP/s"])
        handle(.workerJoined(id, description))
    }

    /// A connection has ended.
    package func leave(_ id: WorkerID, _ reason: DepartureReason, because text: String) {
        guard links.removeValue(forKey: id) != nil else { return }
        statistics.left += 1
        log.log(
            level: reason == .goodbye ? .info : .notice, "worker left",
            metadata: ["worker": "\(names[id] ?? "")", "reason": "\(text)"])
        names[id] = nil
        holders.forget(id)
        handle(.workerLeft(id, reason))
    }

    /// Anything else that a worker says.
    package func report(_ event: DispatchEvent) { handle(event) }

    /// Part of an attempt is done, 0...1; whoever waits for the task hears of it, too.
    package func advanced(_ attempt: AttemptID, by worker: WorkerID, to share: Double) {
        handle(.progress(worker, attempt))
        tasks[attempt.task]?.progress(share)
    }

    /// An attempt has ended on a worker.
    package func ended(
        _ attempt: AttemptID, by worker: WorkerID, _ result: Result<TaskOutput, any Error>, seconds: Double
    ) {
        switch result {
        case .success(let output):
            let (task, name) = (tasks[attempt.task]?.task, name(of: worker))
            log.debug(
                "attempt has a result", metadata: metadata(attempt, task, name, ["seconds": "\(seconds)"]))
            if let operation = task?.kind {
                statistics.note(operation, by: name, seconds: seconds)
            }
            tasks[attempt.task]?.outputs[attempt.number] = output
            statistics.results += 1
            // A pass over all of the result, which a task that was handed out once does not need.
            let digest = dispatcher.isContested(attempt.task) ? output.digest : nil
            handle(.result(worker, attempt, computeSeconds: seconds, digest: digest))
        case .failure(let error):
            statistics.failures += 1
            handle(failure(of: attempt, by: worker, error))
        }
        tasks[attempt.task]?.outputs[attempt.number] = nil
    }

    private func failure(of attempt: AttemptID, by worker: WorkerID, _ error: any Error) -> DispatchEvent {
        switch error as? TaskRunnerError {
        case .outOfMemory: .taskDeclined(worker, attempt, .outOfMemory)
        case .unsupported: .taskDeclined(worker, attempt, .unsupported)
        case .impossible(let what): .failed(worker, attempt, .poison, message: what)
        case .inputMissing, nil: .failed(worker, attempt, .retryable, message: "\(error)")
        }
    }

    // What those who need results ask for.

    /// Workers that are connected and have shown what they are.
    package var workerCount: Int { links.count }

    /// What the dispatcher knows now; it takes time in proportion to all tasks.
    package var snapshot: DispatchSnapshot { dispatcher.snapshot }

    /// Jobs that have begun and not ended.
    package var jobCount: Int { jobs.count }

    /// Everybody who computes now, by name; those who are held do not.
    package var computing: [String] {
        let held = Set(dispatcher.workers.lazy.filter(\.isHeld).map(\.id))
        let others = links.keys.sorted().filter { !held.contains($0) }.compactMap { names[$0] }
        return (local == nil || held.contains(.local) ? [] : [Self.deviceName]) + others
    }

    /// Everybody who is connected, the own device where it takes part, with what they have been given, and those who
    /// would get nothing if they were connected.
    package var members: [FarmMember] {
        dispatcher.workers.map(member) + dispatcher.absentWorkers(now: now).map(FarmMember.init)
    }

    private func member(_ worker: DispatchSnapshot.Worker) -> FarmMember {
        let current = worker.attempts.prefix(FarmMember.mostTasks).compactMap { attempt in
            tasks[attempt.task].map {
                FarmMember.Task(label: jobs[$0.job]?.label, operation: $0.task.kind, position: $0.task.position)
            }
        }
        return FarmMember(worker, current: current)
    }

    /// Lets a worker finish what it has and gives it nothing more, or gives it tasks again.
    ///
    /// - Returns: the worker as it is then; nil when none of that name is connected, held or set aside.
    package func hold(_ name: String, _ isHeld: Bool) -> FarmMember? {
        guard let before = members.first(where: { $0.name == name }) else { return nil }
        log.notice(isHeld ? "worker drained" : "worker takes tasks again", metadata: ["worker": "\(name)"])
        handle(.held(name, isHeld))
        return members.first { $0.name == name } ?? before.letBack
    }

    /// What the coordinator's own device is called.
    package static let deviceName = "this device"

    /// Whether the coordinator's own device takes part.
    package var hasDevice: Bool { local != nil }

    /// Waits until so many workers have joined.
    ///
    /// - Throws: `CancellationError`.
    package func waitForWorkers(_ count: Int) async throws {
        while links.count < count { try await Task.sleep(for: .milliseconds(20)) }
    }

    /// Closes all connections in order, as far as that takes no long time.
    package func dismissWorkers() async {
        for link in links.values { link.disconnect(.ending) }
        for _ in 0..<50 where !links.isEmpty { try? await Task.sleep(for: .milliseconds(20)) }
    }

    /// Why nothing is done although tasks wait, a line for each worker; nil when nothing keeps them from it.
    package var obstacles: [String]? {
        dispatcher.obstacles(now: now)
    }

    /// Jobs that cannot go on with those who are connected, see ``Dispatcher/obstructedJobs``.
    package var obstructedJobs: [JobID: [String]] { dispatcher.obstructedJobs }

    /// Gives up all jobs.
    package func fail(_ error: ClusterError) {
        for job in jobs.keys.sorted() { fail(job, error) }
    }

    /// Gives up a job.
    package func fail(_ job: JobID, _ error: ClusterError) { close(job, error, .jobCancelled(job)) }

    /// Begins a job.
    ///
    /// - Parameters:
    ///   - tenant: whose it is.
    ///   - priority: among the tenant's jobs.
    ///   - numericsClass: whose workers take part; nil for all.
    ///   - trace: what the lines about its tasks have in common.
    ///   - label: what those outside call it, see ``members``.
    /// - Returns: what its tasks are added under.
    package func beginJob(
        tenant: TenantID = TenantID("local"), priority: Int = 0, numericsClass: NumericsClass?, trace: TraceID? = nil,
        label: UInt64? = nil
    ) -> JobID {
        nextJob += 1
        let id = JobID(nextJob)
        jobs[id] = OpenJob(trace: trace, label: label)
        handle(.jobAdded(JobDescription(id: id, tenant: tenant, priority: priority, numericsClass: numericsClass)))
        return id
    }

    /// Ends a job; what still runs for it is cancelled.
    package func endJob(_ id: JobID) { close(id, CancellationError(), .jobFinished(id)) }

    /// A number for what workers hold of a pass.
    package func newSession() -> UInt64 {
        nextSession += 1
        return nextSession
    }

    /// Decides who goes on with each tile of a pass, so that all rounds that are left together end as soon as they can:
    /// whoever begins with one keeps it, unless the end comes considerably earlier without. Of a worker that is late, or
    /// gets nothing more, others begin with what it has not.
    ///
    /// - Parameters:
    ///   - tiles: those of the next round, with what is to be done with them in all; their holders are the farm's to set.
    ///   - rounds: that are left.
    ///   - next: a task of that round.
    ///   - job: a job that has begun.
    /// - Returns: who holds each of them, or is to begin with it; nil while nobody can.
    func place(
        _ tiles: [(input: HeldInput, part: PlacedPart)], rounds: Int, like next: ClusterTask, in job: JobID
    ) -> [InputHolders.Holder?] {
        let parts = tiles.map { tile in
            var part = tile.part
            part.holder = holders[tile.input].flatMap { $0.isPlanned ? nil : $0.worker }
            return part
        }
        let workers = dispatcher.placement(
            of: parts, rounds: rounds, next.costKey, memory: next.memory, job: job, now: now)
        for (index, worker) in workers.enumerated() where worker != parts[index].holder {
            if let worker { holders.plan(tiles[index].input, on: worker) }
        }
        return tiles.map { holders[$0.input] }
    }

    /// Lets everybody forget what is held of a session.
    package func endSession(_ session: UInt64) {
        holders.forget(session: session)
        local?.end(session: session)
        for link in links.values { link.end(session: session) }
    }

    /// Has a task carried out.
    ///
    /// - Parameters:
    ///   - task: what is to be done.
    ///   - job: a job that has begun.
    ///   - progress: called with the share that is done, 0...1, where the operation has many steps; what an attempt that
    ///     failed had done comes again.
    /// - Returns: its result, the same whoever computed it.
    /// - Throws: ``ClusterError`` when it failed too often, and `CancellationError`.
    package func perform(
        _ task: ClusterTask, in job: JobID, progress: @escaping @Sendable (Double) -> Void = { _ in }
    ) async throws -> TaskOutput {
        try Task.checkCancellation()
        guard let open = jobs[job] else { throw CancellationError() }
        var task = task
        task.trace = open.trace
        nextTask += 1
        let id = TaskID(nextTask)
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                tasks[id] = PendingTask(task: task, job: job, continuation: continuation, progress: progress)
                jobs[job]?.tasks.insert(id)
                let holder = holders.holder(ofAll: task.held.filter { $0.tile != nil })
                let description = TaskDescription(
                    id: id, job: job,
                    costKey: task.costKey,
                    work: task.work, replayWork: task.replayWork, memory: task.memory,
                    inputBytes: task.inputBytes, sessionInput: task.sessionInput, outputBytes: task.outputBytes,
                    affinity: holder?.worker, isPlanned: holder?.isPlanned ?? false)
                handle(.tasksAdded([description]))
            }
        } onCancel: {
            Task { await self.endJob(job) }
        }
    }

    private func close(_ job: JobID, _ error: any Error, _ event: DispatchEvent?) {
        guard let ids = jobs.removeValue(forKey: job)?.tasks else { return }
        let abandoned = ids.compactMap { tasks.removeValue(forKey: $0) }
        if let event { handle(event) }
        for task in abandoned { task.continuation.resume(throwing: error) }
    }

    // The dispatcher.

    private var now: MonotonicInstant { MonotonicInstant(seconds: (ContinuousClock.now - start) / .seconds(1)) }

    private func handle(_ event: DispatchEvent) {
        let now = self.now
        statistics.events += 1
        let actions = dispatcher.receive(event, now: now)
        statistics.dispatchSeconds += (ContinuousClock.now - start) / .seconds(1) - (now - .zero)
        for action in actions { carryOut(action, now) }
        for standing in dispatcher.takeChangedStandings(now: now) { remember(standing) }
    }

    private func carryOut(_ action: DispatchAction, _ now: MonotonicInstant) {
        switch action {
        case .offer(let worker, let attempt, _):
            guard let task = tasks[attempt.task]?.task, let link = links[worker] else { return }
            note(attempt, task, on: worker)
            link.offer(attempt, task, lease: lease)
        case .runLocally(let attempt):
            guard let task = tasks[attempt.task]?.task else { return }
            note(attempt, task, on: .local)
            local?.run(attempt, task) { [weak self] share in
                await self?.advanced(attempt, by: .local, to: share)
            } report: { [weak self] result, seconds in
                await self?.ended(attempt, by: .local, result, seconds: seconds)
            }
        case .cancel(.local, let attempt): local?.cancel(attempt)
        case .cancel(let worker, let attempt): links[worker]?.cancel(attempt)
        case .closeAttempt(let worker, let attempt, let reason): links[worker]?.close(attempt, reason)
        case .complete(let attempt, let worker): complete(attempt, by: worker)
        case .failJob(let job, let failure): close(job, ClusterError(failure), nil)
        case .setAside(let worker, let until):
            log.warning(
                "worker set aside after failures",
                metadata: ["worker": "\(names[worker] ?? "")", "seconds": "\(Int(until - now))"])
        case .disconnect(let worker, let reason): links[worker]?.disconnect(reason)
        case .nondeterminism(let task, let results):
            statistics.nondeterminism += 1
            log.error(
                "two workers of one numerics class gave different results",
                metadata: ["task": "\(task.number)", "results": "\(results.acceptedDigest) and \(results.otherDigest)"])
        case .wakeUp(let time): wakeUp(at: time)
        }
    }

    private func note(_ attempt: AttemptID, _ task: ClusterTask, on worker: WorkerID) {
        statistics.attempts += 1
        if attempt.number > 1 { statistics.repeatedAttempts += 1 }
        holders.note(task.held, on: worker)
        let name = name(of: worker)
        log.debug(
            "attempt begins",
            metadata: metadata(
                attempt, task, name,
                ["operation": "\(task.kind)", "tiles": "\(task.held.compactMap(\.tile))"]))
    }

    /// What a line about an attempt says beside its words.
    private nonisolated func metadata(
        _ attempt: AttemptID, _ task: ClusterTask?, _ worker: String, _ more: Logger.Metadata
    ) -> Logger.Metadata {
        var all = more
        (all["task"], all["attempt"]) = ("\(attempt.task.number)", "\(attempt.number)")
        all["worker"] = "\(worker)"
        if let trace = task?.trace { all["trace"] = "\(trace)" }
        return all
    }

    private func name(of worker: WorkerID) -> String { worker == .local ? Self.deviceName : names[worker] ?? "" }

    private func complete(_ attempt: AttemptID, by worker: WorkerID) {
        guard let task = tasks[attempt.task], let output = task.outputs[attempt.number] else { return }
        tasks[attempt.task] = nil
        jobs[task.job]?.tasks.remove(attempt.task)
        holders.note(task.task.held, on: worker)
        statistics.completed[name(of: worker), default: 0] += 1
        task.continuation.resume(returning: output)
    }

    private func wakeUp(at time: MonotonicInstant) {
        timer?.cancel()
        let deadline = start + .nanoseconds(time.nanoseconds)
        timer = Task { [weak self] in
            guard (try? await Task.sleep(until: deadline, clock: .continuous)) != nil else { return }
            await self?.report(.tick)
        }
    }
}

extension ClusterError {
    init(_ failure: JobFailure) {
        let attempts = failure.attempts.map { "\($0.worker): \($0.message.isEmpty ? "\($0.cause)" : $0.message)" }
        let history = attempts.isEmpty ? "" : " (" + attempts.joined(separator: "; ") + ")"
        switch failure.reason {
        case .queueFull(let limit):
            self.init(.tasksFailed, "\(limit) jobs wait already", remedy: "try again when some are done")
        case .tooManyTasks(let limit): self.init(.tasksFailed, "the job has more than \(limit) tasks")
        case .poison: self.init(.tasksFailed, "a task failed wherever it was tried" + history)
        case .attemptsExhausted: self.init(.tasksFailed, "a task failed too often" + history)
        }
    }
}
