public import FoundationEssentials

/// Jobs that live as long as the program.
public actor MemoryJobStore: JobStore {
    private let keptJobs: Int
    private let now: @Sendable () -> Date
    private var jobs: [RenderJob.ID: RenderJob] = [:]
    private var queue: JobQueue
    private var stateCounts: [JobState.Name: Int] = [:]
    private var lastNumber: UInt64
    /// Ended jobs, the longest ended first.
    private var ended: [RenderJob.ID] = []

    /// - Parameters:
    ///   - limits: how many jobs may wait.
    ///   - keptJobs: the most ended jobs that are remembered; the longest ended is forgotten first.
    ///   - last: the number of the last job of an earlier run.
    ///   - now: what tells the date.
    public init(
        limits: JobLimits = JobLimits(), keptJobs: Int = 20_000, after last: RenderJob.ID = RenderJob.ID(0),
        now: @escaping @Sendable () -> Date = { Date() }
    ) {
        queue = JobQueue(limits)
        self.keptJobs = max(0, keptJobs)
        lastNumber = last.number
        self.now = now
    }

    /// See ``JobStore/add(_:)``.
    public func add(_ submission: JobSubmission) throws -> RenderJob {
        try queue.admit(submission.owner)
        lastNumber += 1
        let job = RenderJob(id: RenderJob.ID(lastNumber), submission, submitted: now())
        jobs[job.id] = job
        stateCounts[.queued, default: 0] += 1
        queue.add(job)
        return job
    }

    /// See ``JobStore/job(_:)``.
    public func job(_ id: RenderJob.ID) -> RenderJob? { jobs[id] }

    /// See ``JobStore/jobs(_:)``.
    public func jobs(_ selection: JobSelection) -> [RenderJob] {
        var result: [RenderJob] = []
        var number = min(selection.before.map { $0.number - min($0.number, 1) } ?? lastNumber, lastNumber)
        var left = jobs.count
        while number > 0, left > 0, result.count < selection.limit {
            defer { number -= 1 }
            guard let job = jobs[RenderJob.ID(number)] else { continue }
            left -= 1
            guard selection.owner.map({ $0 == job.owner }) ?? true else { continue }
            guard selection.state.map({ $0 == job.state.name }) ?? true else { continue }
            result.append(job)
        }
        return result
    }

    /// See ``JobStore/counts()``.
    public func counts() -> [JobState.Name: Int] { stateCounts }

    /// See ``JobStore/claim()``.
    public func claim() throws -> RenderJob? {
        guard let id = queue.next(at: now()) else { return nil }
        return try change(id, .began)
    }

    /// See ``JobStore/apply(_:to:)``.
    @discardableResult
    public func apply(_ change: JobChange, to id: RenderJob.ID) throws -> RenderJob {
        guard let before = jobs[id] else { throw JobError.unknown(id) }
        // Only claiming begins a job: the queue would offer it once more.
        guard change != .began else { throw JobError.impossible(id, change, before.state.name) }
        return try self.change(id, change)
    }

    private func change(_ id: RenderJob.ID, _ change: JobChange) throws(JobError) -> RenderJob {
        guard let before = jobs[id] else { throw .unknown(id) }
        var after = before
        try after.apply(change, at: now())
        if before.state.isFinal {
            try queue.admit(before.owner)
            ended.removeAll { $0 == id }
        }
        jobs[id] = after
        stateCounts[before.state.name, default: 0] -= 1
        stateCounts[after.state.name, default: 0] += 1
        queue.moved(from: before, to: after)
        if after.state.isFinal { keep(id) }
        return after
    }

    private func keep(_ id: RenderJob.ID) {
        ended.append(id)
        // In large pieces, as the front of an array is costly to remove.
        guard ended.count > keptJobs + max(64, keptJobs / 4) else { return }
        let forgotten = ended.prefix(ended.count - keptJobs)
        for id in forgotten {
            guard let job = jobs.removeValue(forKey: id) else { continue }
            stateCounts[job.state.name, default: 0] -= 1
        }
        ended.removeFirst(forgotten.count)
    }
}
