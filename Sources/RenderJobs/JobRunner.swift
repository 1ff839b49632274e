import FoundationEssentials
public import Logging
import RenderPipeline

/// Takes jobs in and renders them, as many at a time as there is room for.
public actor JobRunner {
    private let store: any JobStore
    private let renderer: any JobRenderer
    private let retries: RetryPolicy
    private let log: Logger
    private let news = JobEvents()
    private var running: [RenderJob.ID: Task<Void, Never>] = [:]
    /// What becomes of running jobs that somebody stops.
    private var wishes: [RenderJob.ID: JobChange] = [:]
    private var isEnding = false
    /// Something may have changed.
    private let wakeUps: AsyncStream<Void>
    private let wakeUp: AsyncStream<Void>.Continuation

    /// - Parameters:
    ///   - store: where jobs are kept.
    ///   - renderer: what renders them.
    ///   - retries: how often a job is tried.
    ///   - log: where what happens is told.
    public init(store: any JobStore, renderer: any JobRenderer, retries: RetryPolicy = RetryPolicy(), log: Logger) {
        self.store = store
        self.renderer = renderer
        self.retries = retries
        self.log = log
        (wakeUps, wakeUp) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    // What clients ask for.

    /// Takes in a job.
    ///
    /// - Parameter submission: what is asked for.
    /// - Returns: the job, queued.
    /// - Throws: ``RequestError`` for what cannot be rendered, ``JobError/queueFull(limit:)``,
    ///   ``JobError/quotaExceeded(owner:limit:)``, ``JobError/diskFull``, and what the store throws.
    public func submit(_ submission: JobSubmission) async throws -> RenderJob {
        try renderer.check(submission.request)
        let job = try await store.add(submission)
        news.changed(job)
        wakeUp.yield()
        return job
    }

    /// Ends a job that nobody wants any more. One that is being rendered ends when that has stopped.
    ///
    /// - Parameter id: which one.
    /// - Returns: the job, cancelled.
    /// - Throws: ``JobError/unknown(_:)``, ``JobError/impossible(_:_:_:)`` when it has ended, and what the store throws.
    public func cancel(_ id: RenderJob.ID) async throws -> RenderJob {
        let job = try await stop(id, .cancelled)
        await renderer.discard(id)
        return job
    }

    /// Holds a job back until ``resume(_:)``. One that is being rendered stops and later goes on from what is kept of it.
    ///
    /// - Parameter id: which one.
    /// - Returns: the job, paused.
    /// - Throws: ``JobError/unknown(_:)``, ``JobError/impossible(_:_:_:)`` when it is paused or has ended, and what the
    ///   store throws.
    public func pause(_ id: RenderJob.ID) async throws -> RenderJob { try await stop(id, .paused) }

    /// Lets a paused job go on.
    ///
    /// - Parameter id: which one.
    /// - Returns: the job, queued.
    /// - Throws: ``JobError/unknown(_:)``, ``JobError/impossible(_:_:_:)`` when it is not paused, and what the store throws.
    public func resume(_ id: RenderJob.ID) async throws -> RenderJob { try await queue(id, .resumed) }

    /// Tries a job that failed or was cancelled once more, with all its further tries.
    ///
    /// - Parameter id: which one.
    /// - Returns: the job, queued.
    /// - Throws: ``JobError/unknown(_:)``, ``JobError/impossible(_:_:_:)`` when it has not failed and was not cancelled, what
    ///   ``submit(_:)`` throws when there is no room, and what the store throws.
    public func retry(_ id: RenderJob.ID) async throws -> RenderJob { try await queue(id, .retried) }

    /// A job by its number; nil when there is none, or none any more.
    public func job(_ id: RenderJob.ID) async throws -> RenderJob? { try await store.job(id) }

    /// Jobs, the latest first.
    public func jobs(_ selection: JobSelection) async throws -> [RenderJob] { try await store.jobs(selection) }

    /// How many jobs there are in each state.
    public func counts() async throws -> [JobState.Name: Int] { try await store.counts() }

    /// The share of a job that is done, 0...1; nil when it is not being rendered.
    public nonisolated func progress(of id: RenderJob.ID) -> Double? { news.progress(of: id) }

    /// What happens to jobs from now on.
    ///
    /// A slow reader loses the oldest news, never the latest. The news of one job end after its end; whoever wants to
    /// know how it stands now asks ``job(_:)`` after this, so that nothing is missed in between.
    ///
    /// - Parameter id: which job; nil for all.
    /// - Returns: the news, until the job or the program ends.
    public nonisolated func events(of id: RenderJob.ID?) -> AsyncStream<JobEvent> { news.listen(to: id) }

    // Rendering.

    /// Renders until the task is cancelled. Jobs that are being rendered then are queued again.
    public func run() async {
        let clock = Task { [wakeUp] in
            // Hosts come and go, and the time of further tries comes, without a word to this part of the program.
            while (try? await Task.sleep(for: .seconds(1))) != nil { wakeUp.yield() }
        }
        defer { clock.cancel() }
        await fill()
        for await _ in wakeUps { await fill() }
        isEnding = true
        await store.willEnd()
        for task in running.values { task.cancel() }
        for task in running.values { await task.value }
        news.finish()
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
        log.info("job begins", metadata: metadata(job, ["size": "\(job.request.size)"]))
        news.changed(job)
        running[job.id] = Task { await self.carryOut(job) }
    }

    private func carryOut(_ job: RenderJob) async {
        let change: JobChange
        do {
            change = .finished(
                try await renderer.render(job) { [news] share in news.progressed(job.id, share) })
        } catch {
            // What fails while it is being stopped has been stopped.
            change = Task.isCancelled ? wishes[job.id] ?? .requeued : failure(of: job, error)
        }
        await settle(job, change)
        running[job.id] = nil
        wishes[job.id] = nil
        wakeUp.yield()
    }

    private func failure(of job: RenderJob, _ error: any Error) -> JobChange {
        guard renderer.mayPass(error) else { return .failed(reason: "\(error)") }
        guard let delay = retries.delay(afterFailures: job.failures) else {
            return .failed(reason: "\(error) (the last of \(job.failures + 1) tries)")
        }
        return .postponed(reason: "\(error)", until: Date(timeIntervalSinceNow: delay / .seconds(1)))
    }

    /// Writes down what became of a job. A store that fails — on a full disk, say — is asked again until it does not, or
    /// the program ends: then the job goes on at the next start.
    private func settle(_ job: RenderJob, _ change: JobChange) async {
        var delay = Duration.milliseconds(500)
        while true {
            do {
                let settled = try await store.apply(change, to: job.id)
                if settled.state.isFinal { await renderer.discard(job.id) }
                report(change, job)
                return news.changed(settled)
            } catch JobError.impossible, JobError.unknown {
                // The store heard of it before this part did.
                return
            } catch {
                log.error("a job's end is not written down", metadata: metadata(job, ["reason": "\(error)"]))
                guard !isEnding else { return }
                try? await Task { [delay] in try await Task.sleep(for: delay) }.value
                delay = min(delay * 2, .seconds(30))
            }
        }
    }

    private func report(_ change: JobChange, _ job: RenderJob) {
        switch change {
        case .finished(let picture):
            log.info("job finished", metadata: metadata(job, ["picture": "\(picture.fileName)"]))
        case .failed(let reason): log.error("job failed", metadata: metadata(job, ["reason": "\(reason)"]))
        case .postponed(let reason, let date):
            log.warning("job is tried again", metadata: metadata(job, ["reason": "\(reason)", "at": "\(date)"]))
        default: log.info("job stopped", metadata: metadata(job))
        }
    }

    /// What a line about a job says beside its words.
    private func metadata(_ job: RenderJob, _ more: Logger.Metadata = [:]) -> Logger.Metadata {
        var all = more
        all["job"] = "\(job.id)"
        if let trace = job.trace { all["trace"] = "\(trace)" }
        return all
    }

    /// Cancels or pauses a job, and waits until nothing is done for it any more.
    private func stop(_ id: RenderJob.ID, _ change: JobChange) async throws -> RenderJob {
        if let task = running[id] {
            // Whoever wants it to end wins over who wants it to wait.
            if wishes[id] != .cancelled { wishes[id] = change }
            task.cancel()
            await task.value
            guard let job = try await store.job(id) else { throw JobError.unknown(id) }
            switch (job.state, change) {
            case (.cancelled, .cancelled), (.paused, .paused): return job
            // It failed at the same time and waits for its next try.
            case (.queued, _): break
            default: throw JobError.impossible(id, change, job.state.name)
            }
        }
        let job = try await store.apply(change, to: id)
        // It may have been claimed and begun before the store heard of it.
        if let task = running[id] {
            task.cancel()
            await task.value
        }
        news.changed(job)
        return job
    }

    private func queue(_ id: RenderJob.ID, _ change: JobChange) async throws -> RenderJob {
        let job = try await store.apply(change, to: id)
        news.changed(job)
        wakeUp.yield()
        return job
    }
}
