/// One unit of work that one worker does at a time.
package struct TaskDescription: Hashable, Sendable {
    package var id: TaskID
    package var job: JobID
    /// Operation, model and shape: what the cost is learned by.
    package var costKey: CostKey
    /// An estimate in the units of ``WorkerDescription/speed``; the longest of a job go first.
    package var work: Double
    /// What a worker that does not hold what the task needs has to do before, in the same units.
    package var replayWork: Double
    /// Bytes that it takes on a worker.
    package var memory: Int
    /// Bytes of tensors that a worker is sent for it, unless it holds them.
    package var inputBytes: Int
    /// What its inputs are called where a worker keeps them for other tasks; nil where it does not.
    package var sessionInput: UInt64?
    /// Bytes of tensors that are its result.
    package var outputBytes: Int
    /// The worker that holds what the task needs, such as the tile of an earlier round, or is to begin with it; nil where
    /// any will do.
    package var affinity: WorkerID?
    /// Whether nobody holds it yet, so that others can begin as well.
    package var isPlanned: Bool
    /// So many attempts may fail before the job does.
    package var maxAttempts: Int
    /// Whether anything is known of ``work``.
    let hasWork: Bool

    /// - Parameters:
    ///   - id: never used before.
    ///   - job: a job that was added before.
    ///   - costKey: what the cost is learned by.
    ///   - work: in the units of a worker's speed; what is no positive number counts as 1.
    ///   - replayWork: what others than `affinity` have to do before, in the same units; what is no positive number
    ///     counts as nothing.
    ///   - memory: bytes that it takes on a worker.
    ///   - inputBytes: of tensors that a worker is sent for it, unless it holds them.
    ///   - sessionInput: what its inputs are called where a worker keeps them for other tasks.
    ///   - outputBytes: of tensors that are its result.
    ///   - affinity: the worker that holds what it needs, or is to begin with it.
    ///   - isPlanned: whether it is only to begin.
    ///   - maxAttempts: 1...16.
    package init(
        id: TaskID, job: JobID, costKey: CostKey, work: Double, replayWork: Double = 0, memory: Int = 0,
        inputBytes: Int = 0, sessionInput: UInt64? = nil, outputBytes: Int = 0, affinity: WorkerID? = nil,
        isPlanned: Bool = false,
        maxAttempts: Int = 5
    ) {
        self.id = id
        self.job = job
        self.costKey = costKey
        hasWork = work.isFinite && work > 0
        self.work = hasWork ? work : 1
        self.replayWork = replayWork.isFinite ? max(0, replayWork) : 0
        self.memory = max(0, memory)
        self.inputBytes = max(0, inputBytes)
        self.sessionInput = sessionInput
        self.outputBytes = max(0, outputBytes)
        self.affinity = affinity
        self.isPlanned = isPlanned
        self.maxAttempts = min(max(maxAttempts, 1), 16)
    }

    /// Whether a worker would have to do more than ``work``.
    func needsReplay(on worker: WorkerID) -> Bool { replayWork > 0 && !isHeld(by: worker) }

    /// Bytes that a worker is sent for it.
    func inputBytes(to worker: WorkerRecord) -> Int {
        isHeld(by: worker.id) || sessionInput.map(worker.sessionInputs.contains) ?? false ? 0 : inputBytes
    }

    private func isHeld(by worker: WorkerID) -> Bool { worker == affinity && !isPlanned }
}
