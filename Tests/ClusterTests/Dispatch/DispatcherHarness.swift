import Cluster

/// A dispatcher with short words for what the tests say to it.
struct DispatcherHarness {
    static let classA = NumericsClass("a")
    static let model = "model"

    var dispatcher: Dispatcher
    var now = MonotonicInstant.zero
    private var nextTask: UInt64 = 1

    init(
        epoch: UInt64 = 1, policy: DispatchPolicy = DispatchPolicy(), local: WorkerDescription? = nil,
        standings: [WorkerStanding] = []
    ) {
        dispatcher = Dispatcher(epoch: epoch, policy: policy, localDevice: local, standings: standings)
    }

    static func worker(
        _ name: String, speed: Double = 1, memory: Int = 1 << 30, numerics: NumericsClass = classA,
        models: Set<String> = [model], operations: Set<ClusterOperation> = Set(ClusterOperation.allCases)
    ) -> WorkerDescription {
        WorkerDescription(
            name: name, numericsClass: numerics, models: models, operations: operations, memory: memory, speed: speed)
    }

    mutating func send(_ event: DispatchEvent) -> [DispatchAction] { dispatcher.receive(event, now: now) }

    /// Lets time pass, with a tick at its end.
    mutating func wait(_ seconds: Double) -> [DispatchAction] {
        now = now.advanced(by: .seconds(seconds))
        return send(.tick)
    }

    @discardableResult
    mutating func join(_ number: UInt64, speed: Double = 1, memory: Int = 1 << 30) -> [DispatchAction] {
        send(.workerJoined(WorkerID(number), Self.worker("w\(number)", speed: speed, memory: memory)))
    }

    @discardableResult
    mutating func addJob(
        _ number: UInt64, tenant: String = "tenant", priority: Int = 0, weight: Double = 1,
        numerics: NumericsClass? = classA
    ) -> [DispatchAction] {
        send(
            .jobAdded(
                JobDescription(
                    id: JobID(number), tenant: TenantID(tenant), priority: priority, numericsClass: numerics,
                    weight: weight)))
    }

    /// Tasks with consecutive numbers from 1, one for each amount of work.
    mutating func addTasks(
        _ work: [Double], job: UInt64 = 1, operation: ClusterOperation = .decodeTile, memory: Int = 0,
        affinity: WorkerID? = nil, isPlanned: Bool = false, replayWork: Double = 0, inputBytes: Int = 0,
        sessionInput: UInt64? = nil, outputBytes: Int = 0, maxAttempts: Int = 5
    ) -> [DispatchAction] {
        let tasks = work.map { work in
            defer { nextTask += 1 }
            return TaskDescription(
                id: TaskID(nextTask), job: JobID(job),
                costKey: CostKey(operation: operation, model: Self.model, shape: [Int(work * 1000)]), work: work,
                replayWork: replayWork, memory: memory, inputBytes: inputBytes, sessionInput: sessionInput,
                outputBytes: outputBytes, affinity: affinity, isPlanned: isPlanned, maxAttempts: maxAttempts)
        }
        return send(.tasksAdded(tasks))
    }

    mutating func finish(_ offer: Offer, seconds: Double, digest: String = "same") -> [DispatchAction] {
        send(.result(offer.worker, offer.attempt, computeSeconds: seconds, digest: digest))
    }

    /// Whether a result of it would count.
    func isLive(_ offer: Offer) -> Bool {
        dispatcher.workers.contains { $0.id == offer.worker && $0.attempts.contains(offer.attempt) }
    }

    mutating func fail(_ offer: Offer, _ kind: FailureKind) -> [DispatchAction] {
        send(.failed(offer.worker, offer.attempt, kind, message: "no"))
    }
}

/// An attempt that was handed out.
struct Offer: Hashable {
    var worker: WorkerID
    var attempt: AttemptID
    var task: UInt64 { attempt.task.number }
}

extension [DispatchAction] {
    /// The attempts that are handed out, the coordinator's own among them.
    var offers: [Offer] {
        compactMap { action in
            switch action {
            case .offer(let worker, let attempt, _): Offer(worker: worker, attempt: attempt)
            case .runLocally(let attempt): Offer(worker: .local, attempt: attempt)
            default: nil
            }
        }
    }

    var completed: [TaskID] {
        compactMap { if case .complete(let attempt, _) = $0 { attempt.task } else { nil } }
    }

    var failedJobs: [JobFailure] {
        compactMap { if case .failJob(_, let failure) = $0 { failure } else { nil } }
    }
}
