public import Logging
import RenderPipeline
import Synchronization

/// Takes jobs in and renders them, as many at a time as there is room for.
public actor JobRunner {
    private let store: any JobStore
    private let renderer: any JobRenderer
    private let log: Logger
    private let progress = Mutex<[RenderJob.ID: Double]>([:])
    private var running: [RenderJob.ID: Task<Void, Never>] = [:]
    /// Running jobs that somebody wants no more.
    private var unwanted: Set<RenderJob.ID> = []
    /// Something may have changed.
    private let news: AsyncStream<Void>
    private let newsSource: AsyncStream<Void>.Continuation

    /// - Parameters:
    ///   - store: where jobs are kept.
    ///   - renderer: what renders them.
    ///   - log: where what happens is told.
    public init(store: any JobStore, renderer: any JobRenderer, log: Logger) {
        self.store = store
        self.renderer = renderer
        self.log = log
        (news, newsSource) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Takes in a job.
    ///
    /// - Parameter submission: what is asked for.
    /// - Returns: the job, queued.
    /// - Throws: ``RequestError`` for what cannot be rendered, ``JobError/queueFull(limit:)``, and what the store throws.
    public func submit(_ submission: JobSubmission) async throws -> RenderJob {
        try renderer.check(submission.request)
        let job = try await store.add(submission)
        newsSource.yield()
        return job
    }

    /// Ends a job that nobody wants any more. One that is being rendered ends when that has stopped.
    ///
    /// - Parameter id: which one.
    /// - Returns: the job, cancelled.
    /// - Throws: ``JobError/unknown(_:)``, ``JobError/impossible(_:_:_:)`` when it has ended, and what the store throws.
    public func cancel(_ id: RenderJob.ID) async throws -> RenderJob {
        if let task = running[id] {
            unwanted.insert(id)
            task.cancel()
            await task.value
            guard let job = try await store.job(id) else { throw JobError.unknown(id) }
            guard case .cancelled = job.state else { throw JobError.impossible(id, .cancelled, job.state.name) }
            return job
        }
        let job = try await store.apply(.cancelled, to: id)
        // It may have been claimed and begun before the store heard of it.
        if let task = running[id] {
            task.cancel()
            await task.value
        }
        return job
    }

    /// A job by its number; nil when there is none, or none any more.
    public func job(_ id: RenderJob.ID) async throws -> RenderJob? { try await store.job(id) }

    /// Jobs, the latest first.
    public func jobs(_ selection: JobSelection) async throws -> [RenderJob] { try await store.jobs(selection) }

    /// How many jobs there are in each state.
    public func counts() async throws -> [JobState.Name: Int] { try await store.counts() }

    /// The share of a job that is done, 0...1; nil when it is not being rendered.
    public nonisolated func progress(of id: RenderJob.ID) -> Double? { progress.withLock { $0[id] } }

    /// Renders until the task is cancelled. Jobs that are being rendered then are queued again.
    public func run() async {
        let clock = Task { [newsSource] in
            // Hosts come and go without a word to this part of the program.
            while (try? await Task.sleep(for: .seconds(1))) != nil { newsSource.yield() }
        }
        defer { clock.cancel() }
        await fill()
        for await _ in news { await fill() }
        for task in running.values { task.cancel() }
        for task in running.values { await task.value }
    }

    /// Begins jobs as long as there is room.
    private func fill() async {
        let slots = await renderer.slots
        while running.count < slots, !Task.isCancelled {
            do {
                guard let job = try await store.claim() else { return }
                begin(job)
            } catch {
                return log.error("the store of jobs fails", metadata: ["reason": "\(error)"])
            }
        }
    }

    private func begin(_ job: RenderJob) {
        log.info("job begins", metadata: ["job": "\(job.id)", "size": "\(job.request.size)"])
        progress.withLock { $0[job.id] = 0 }
        running[job.id] = Task { await self.carryOut(job) }
    }

    private func carryOut(_ job: RenderJob) async {
        let change: JobChange
        do {
            let picture = try await renderer.render(job) { [weak self] share in
                self?.progress.withLock { if $0[job.id] != nil { $0[job.id] = share } }
            }
            change = .finished(picture)
        } catch {
            // What fails while it is being stopped has been stopped.
            change =
                Task.isCancelled ? (unwanted.contains(job.id) ? .cancelled : .requeued) : .failed(reason: "\(error)")
        }
        do {
            try await store.apply(change, to: job.id)
        } catch JobError.impossible(_, _, .cancelled) {
            // The store heard of it before this part did.
        } catch {
            log.error("a job's end is lost", metadata: ["job": "\(job.id)", "reason": "\(error)"])
        }
        report(change, job)
        progress.withLock { $0[job.id] = nil }
        running[job.id] = nil
        unwanted.remove(job.id)
        newsSource.yield()
    }

    private func report(_ change: JobChange, _ job: RenderJob) {
        switch change {
        case .finished(let picture):
            log.info("job finished", metadata: ["job": "\(job.id)", "picture": "\(picture.fileName)"])
        case .failed(let reason): log.error("job failed", metadata: ["job": "\(job.id)", "reason": "\(reason)"])
        default: log.info("job stopped", metadata: ["job": "\(job.id)"])
        }
    }
}
