/// Decides which worker does what, for the whole coordinator.
///
/// A pure state machine: it has no clock, socket, task or random number, and looks at nothing in an order that could
/// differ, so the same events at the same times give the same actions. The shell around it sends what the actions say and
/// hands in what comes.
///
/// A task is given to the worker that is predicted to finish it first. A worker with nothing to do is passed over only
/// while the others are predicted to finish all that waits before it would finish one task.
package struct Dispatcher: Sendable {
    /// The run of the coordinator; attempts of others count no more.
    package let epoch: UInt64
    let policy: DispatchPolicy

    var registry: WorkerRegistry
    var costs: CostModel
    var queue = ReadyQueue()
    var timers = DispatchTimers()
    var jobs: [JobID: JobRecord] = [:]
    var tasks: [TaskID: TaskRecord] = [:]
    /// Attempts past their prediction by the factor that hedging asks for, longest known first.
    var overdue: [(worker: WorkerID, attempt: AttemptID)] = []
    /// When second attempts were thought of last.
    private var hedgedAt = MonotonicInstant.zero
    /// Seconds between two times that second attempts are thought of, unless something changed for them.
    private static let hedgeInterval = 0.1
    private var announcedWakeUp: MonotonicInstant?

    /// - Parameters:
    ///   - epoch: one more at every start of the coordinator.
    ///   - policy: the numbers of dispatch; a lease above 10 seconds is cut to that.
    ///   - localDevice: the coordinator's own device; nil where it dispatches only.
    ///   - standings: the workers that got nothing when the coordinator ended.
    ///   - now: the time of the start.
    package init(
        epoch: UInt64, policy: DispatchPolicy = DispatchPolicy(), localDevice: WorkerDescription? = nil,
        standings: [WorkerStanding] = [], now: MonotonicInstant = .zero
    ) {
        var policy = policy
        policy.lease = min(policy.lease, 10)
        self.epoch = epoch
        self.policy = policy
        registry = WorkerRegistry(policy: policy)
        costs = CostModel(learningRate: policy.learningRate)
        for standing in standings { restore(standing, now) }
        if let localDevice { join(.local, localDevice, now: now) }
    }

    /// Takes in what happened.
    ///
    /// - Parameters:
    ///   - event: what happened. An event about what is not known, any more or yet, changes nothing.
    ///   - now: the time, never before that of the event before.
    /// - Returns: what is to be done, in order.
    package mutating func receive(_ event: DispatchEvent, now: MonotonicInstant) -> [DispatchAction] {
        var actions: [DispatchAction] = []
        let (openBefore, overdueBefore) = (registry.open, overdue.count)
        expireTimers(now, &actions)
        switch event {
        case .workerJoined(let id, let description): workerJoined(id, description, now, &actions)
        case .workerLeft(let id, let reason): workerLeft(id, reason, now, &actions)
        case .leaseRenewed(let id, let progress): leaseRenewed(id, progress, now)
        case .drainRequested(let id): drain(id, now, &actions)
        case .held(let name, let isHeld): hold(name, isHeld, now, &actions)
        case .modelsChanged(let id, let models): modelsChanged(id, models)
        case .jobAdded(let description): jobAdded(description, now, &actions)
        case .tasksAdded(let descriptions): tasksAdded(descriptions, now, &actions)
        case .jobFinished(let id), .jobCancelled(let id): forget(id, now, &actions)
        case .inputsSent(let id, let attempt, let count): inputsSent(id, attempt, count)
        case .taskAccepted(let id, let attempt, let seconds): taskAccepted(id, attempt, seconds, now, &actions)
        case .taskDeclined(let id, let attempt, let reason): taskDeclined(id, attempt, reason, now, &actions)
        case .progress(let id, let attempt): progressMade(id, attempt, now, &actions)
        case .result(let id, let attempt, let seconds, let digest):
            resultArrived(id, attempt, seconds, digest, now, &actions)
        case .failed(let id, let attempt, let kind, let message):
            attemptFailed(id, attempt, kind, message, now, &actions)
        case .tick: break
        }
        // After heartbeats, too: they tell, as time does, that others are later than predicted, so that a worker that
        // was passed over is worth more.
        schedule(now, &actions)
        // Every idle worker is looked at for every late attempt, so not more often than it makes a difference.
        if registry.open != openBefore || overdue.count != overdueBefore || now - hedgedAt >= Self.hedgeInterval {
            hedgedAt = now
            hedge(now, &actions)
        }
        announceWakeUp(now, &actions)
        return actions
    }

    private mutating func announceWakeUp(_ now: MonotonicInstant, _ actions: inout [DispatchAction]) {
        if let announced = announcedWakeUp, announced <= now { announcedWakeUp = nil }
        // Or every task that is done in time would wake somebody.
        while let first = timers.first, !matters(first.subject) { timers.removeFirst() }
        guard let next = timers.first?.time, announcedWakeUp.map({ next < $0 }) ?? true else { return }
        announcedWakeUp = next
        actions.append(.wakeUp(at: next))
    }
}
