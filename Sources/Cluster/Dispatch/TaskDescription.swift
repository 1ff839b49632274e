/// One unit of work that one worker does at a time.
package struct TaskDescription: Hashable, Sendable {
    package var id: TaskID
    package var job: JobID
    /// Operation, model and shape: what the cost is learned by.
    package var costKey: CostKey
    /// An estimate in the units of ``WorkerDescription/speed``; the longest of a job go first.
    package var work: Double
    /// Bytes that it takes on a worker.
    package var memory: Int
    /// The worker that holds what the task needs, such as the tile of an earlier round; nil where any will do.
    package var affinity: WorkerID?
    /// So many attempts may fail before the job does.
    package var maxAttempts: Int

    /// - Parameters:
    ///   - id: never used before.
    ///   - job: a job that was added before.
    ///   - costKey: what the cost is learned by.
    ///   - work: in the units of a worker's speed; what is no positive number counts as 1.
    ///   - memory: bytes that it takes on a worker.
    ///   - affinity: the worker that holds what it needs.
    ///   - maxAttempts: 1...16.
    package init(
        id: TaskID, job: JobID, costKey: CostKey, work: Double, memory: Int = 0, affinity: WorkerID? = nil,
        maxAttempts: Int = 5
    ) {
        self.id = id
        self.job = job
        self.costKey = costKey
        self.work = work.isFinite && work > 0 ? work : 1
        self.memory = max(0, memory)
        self.affinity = affinity
        self.maxAttempts = min(max(maxAttempts, 1), 16)
    }
}
