import Logging
import RenderJobs
import RenderPipeline
import Synchronization
import Testing

/// Rendering jobs, several at a time.
struct JobRunnerTests {
    private let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    private func submission(_ prompt: String) throws -> JobSubmission {
        try JobSubmission(RenderRequest(prompt: prompt, size: Extent(height: 64, width: 64)))
    }

    /// Runs jobs while `body` looks on.
    private func running(
        _ renderer: ScriptedRenderer, retries: RetryPolicy = RetryPolicy(),
        _ body: (JobRunner, MemoryJobStore) async throws -> Void
    ) async throws {
        let store = MemoryJobStore()
        let runner = JobRunner(store: store, renderer: renderer, retries: retries, log: log)
        let service = Task { await runner.run() }
        do { try await body(runner, store) } catch {
            service.cancel()
            throw error
        }
        service.cancel()
        await service.value
    }

    /// Waits for a job to reach a state; the time limit of the test ends the wait.
    private func wait(_ runner: JobRunner, _ id: RenderJob.ID, _ state: JobState.Name) async throws -> RenderJob {
        while true {
            if let job = try await runner.job(id), job.state.name == state { return job }
            try await Task.sleep(for: .milliseconds(2))
        }
    }

    @Test(.timeLimit(.minutes(10))) func aJobIsRendered() async throws {
        try await running(ScriptedRenderer()) { runner, _ in
            let job = try await runner.submit(try submission("a lake"))
            let done = try await wait(runner, job.id, .finished)
            guard case .finished(let picture, _, _) = done.state else { return }
            #expect(picture.fileName == "1.png")
            while runner.progress(of: job.id) != nil { try await Task.sleep(for: .milliseconds(2)) }
        }
    }

    @Test(.timeLimit(.minutes(10))) func noMoreThanTheSlotsRunAtATime() async throws {
        let renderer = ScriptedRenderer(slots: 3)
        try await running(renderer) { runner, store in
            for _ in 0..<3 { _ = try await runner.submit(try submission("endless")) }
            while renderer.most < 3 { try await Task.sleep(for: .milliseconds(2)) }
            for _ in 0..<3 { _ = try await runner.submit(try submission("a lake")) }
            #expect(await store.counts()[.queued] == 3)
            for number in 1...2 as ClosedRange<UInt64> { _ = try await runner.cancel(RenderJob.ID(number)) }
            while await store.counts()[.finished] != 3 { try await Task.sleep(for: .milliseconds(2)) }
        }
        #expect(renderer.most == 3)
    }

    @Test(.timeLimit(.minutes(10))) func aFailureIsTheJobsAndNobodyElses() async throws {
        try await running(ScriptedRenderer()) { runner, _ in
            let bad = try await runner.submit(try submission("fail"))
            let good = try await runner.submit(try submission("a lake"))
            let failed = try await wait(runner, bad.id, .failed)
            guard case .failed(let reason, _) = failed.state else { return }
            #expect(reason == "this one fails")
            _ = try await wait(runner, good.id, .finished)
        }
    }

    @Test(.timeLimit(.minutes(10))) func aRunningJobIsCancelledAndItsSlotIsFree() async throws {
        try await running(ScriptedRenderer(slots: 1)) { runner, _ in
            let endless = try await runner.submit(try submission("endless"))
            _ = try await wait(runner, endless.id, .running)
            #expect(try await runner.cancel(endless.id).state.name == .cancelled)
            let next = try await runner.submit(try submission("a lake"))
            _ = try await wait(runner, next.id, .finished)
            await #expect(throws: JobError.self) { try await runner.cancel(next.id) }
        }
    }

    @Test(.timeLimit(.minutes(10))) func aQueuedJobIsCancelled() async throws {
        try await running(ScriptedRenderer(slots: 0)) { runner, store in
            let job = try await runner.submit(try submission("a lake"))
            #expect(try await runner.cancel(job.id).state.name == .cancelled)
            #expect(await store.counts() == [.queued: 0, .cancelled: 1])
        }
    }

    @Test(.timeLimit(.minutes(10))) func whatRunsWhenItEndsIsQueuedAgain() async throws {
        let store = MemoryJobStore()
        let runner = JobRunner(store: store, renderer: ScriptedRenderer(), log: log)
        let service = Task { await runner.run() }
        let job = try await runner.submit(try submission("endless"))
        _ = try await wait(runner, job.id, .running)
        service.cancel()
        await service.value
        #expect(await store.job(job.id)?.state == .queued)
    }

    @Test func whatCannotBeRenderedIsNotTakenIn() async throws {
        let store = MemoryJobStore()
        let runner = JobRunner(store: store, renderer: ScriptedRenderer(), log: log)
        await #expect(throws: RequestError.self) { _ = try await runner.submit(try submission("refuse")) }
        #expect(await store.counts().isEmpty)
    }

    @Test(.timeLimit(.minutes(10))) func aPausedJobStopsAndGoesOnWhenItIsResumed() async throws {
        let renderer = ScriptedRenderer(slots: 1)
        try await running(renderer) { runner, _ in
            let job = try await runner.submit(try submission("endless"))
            _ = try await wait(runner, job.id, .running)
            #expect(try await runner.pause(job.id).state.name == .paused)
            await #expect(throws: JobError.impossible(job.id, .paused, .paused)) { try await runner.pause(job.id) }
            let next = try await runner.submit(try submission("a lake"))
            _ = try await wait(runner, next.id, .finished)
            #expect(renderer.discarded == [next.id])
            #expect(try await runner.resume(job.id).state == .queued)
            _ = try await wait(runner, job.id, .running)
            _ = try await runner.cancel(job.id)
            #expect(renderer.discarded.contains(job.id))
        }
    }

    @Test(.timeLimit(.minutes(10))) func whatMayPassIsTriedAgainSoManyTimes() async throws {
        let renderer = ScriptedRenderer(slots: 1)
        let retries = RetryPolicy(mostRetries: 2, delay: .milliseconds(1))
        try await running(renderer, retries: retries) { runner, _ in
            let job = try await runner.submit(try submission("full"))
            let failed = try await wait(runner, job.id, .failed)
            #expect(renderer.begun == 3)
            guard case .failed(let reason, _) = failed.state else { return }
            #expect(reason.contains("the last of 3 tries"))
            // All its tries are there again.
            _ = try await runner.retry(job.id)
            while renderer.begun < 6 { try await Task.sleep(for: .milliseconds(2)) }
            _ = try await wait(runner, job.id, .failed)
        }
    }

    @Test func everyFurtherTryWaitsTwiceAsLongUpToAnHour() {
        let policy = RetryPolicy(mostRetries: 20, delay: .seconds(5))
        #expect(
            (0..<4).map { policy.delay(afterFailures: $0) } == [.seconds(5), .seconds(10), .seconds(20), .seconds(40)])
        #expect(policy.delay(afterFailures: 19) == .seconds(3600))
        #expect(policy.delay(afterFailures: 20) == nil)
    }

    @Test(.timeLimit(.minutes(10))) func aStoreThatIsFullForAWhileLosesNoEnd() async throws {
        let store = StubbornStore()
        let runner = JobRunner(store: store, renderer: ScriptedRenderer(), log: log)
        let service = Task { await runner.run() }
        let job = try await runner.submit(try submission("a lake"))
        _ = try await wait(runner, job.id, .finished)
        #expect(store.refusals == 2)
        service.cancel()
        await service.value
    }

    @Test(.timeLimit(.minutes(10))) func theNewsOfAJobEndWithIt() async throws {
        try await running(ScriptedRenderer(slots: 1)) { runner, _ in
            let all = runner.events(of: nil)
            let blocker = try await runner.submit(try submission("endless"))
            let job = try await runner.submit(try submission("a lake"))
            let news = runner.events(of: job.id)
            _ = try await wait(runner, blocker.id, .running)
            _ = try await runner.cancel(blocker.id)
            var told: [JobState.Name] = []
            var shares: [Double] = []
            for await event in news {
                #expect(event.job == job.id)
                switch event {
                case .changed(let job): told.append(job.state.name)
                case .progressed(_, let share): shares.append(share)
                }
            }
            #expect(told == [.running, .finished])
            #expect(shares == [0.5])
            var ended: Set<RenderJob.ID> = []
            for await event in all {
                if case .changed(let job) = event, job.state.isFinal { ended.insert(job.id) }
                if ended.count == 2 { break }
            }
        }
    }

    @Test(.timeLimit(.minutes(10))) func aSlowListenerLosesTheOldestNewsAndNobodyWaitsForIt() async throws {
        try await running(ScriptedRenderer(slots: 0)) { runner, _ in
            let news = runner.events(of: nil)
            for _ in 0..<1000 { _ = try await runner.submit(try submission("a lake")) }
            var numbers: [UInt64] = []
            for await event in news {
                numbers.append(event.job.number)
                if event.job.number == 1000 { break }
            }
            #expect(numbers.count < 300 && numbers == Array(numbers[0]...1000))
        }
    }

    @Test(.timeLimit(.minutes(10))) func progressIsSeenWhileItIsRendered() async throws {
        try await running(ScriptedRenderer()) { runner, _ in
            let job = try await runner.submit(try submission("endless"))
            while runner.progress(of: job.id) != 0.5 { try await Task.sleep(for: .milliseconds(2)) }
            _ = try await runner.cancel(job.id)
            #expect(runner.progress(of: job.id) == nil)
        }
    }
}

/// Renders as the prompt says: at once, never, or with a failure.
private final class ScriptedRenderer: JobRenderer {
    private let count = Mutex((running: 0, most: 0, begun: 0))
    private let gone = Mutex<Set<RenderJob.ID>>([])
    let slots: Int

    init(slots: Int = 2) { self.slots = slots }

    /// The most that ran at a time.
    var most: Int { count.withLock { $0.most } }

    /// How often a rendering began.
    var begun: Int { count.withLock { $0.begun } }
    /// The jobs of which nothing is needed any more.
    var discarded: Set<RenderJob.ID> { gone.withLock { $0 } }

    func discard(_ id: RenderJob.ID) async { gone.withLock { _ = $0.insert(id) } }

    func mayPass(_ error: any Error) -> Bool { error is Full }

    func check(_ request: RenderRequest) throws {
        guard request.prompt != "refuse" else {
            throw RequestError(option: "PROMPT", problem: "it is refused", remedy: "use another one")
        }
    }

    func render(_ job: RenderJob, progress: @escaping @Sendable (Double) -> Void) async throws -> JobPicture {
        count.withLock {
            $0.running += 1
            $0.begun += 1
            $0.most = max($0.most, $0.running)
        }
        defer { count.withLock { $0.running -= 1 } }
        progress(0.5)
        if job.request.prompt == "fail" { throw Failure() }
        if job.request.prompt == "full" { throw Full() }
        if job.request.prompt == "endless" { try await Task.sleep(for: .seconds(3600)) }
        return JobPicture(fileName: "\(job.id).png", digest: "0")
    }

    private struct Full: Error {}

    private struct Failure: Error, CustomStringConvertible {
        var description: String { "this one fails" }
    }
}

/// A store that writes down an end only at the third attempt.
private final class StubbornStore: JobStore {
    private let store = MemoryJobStore()
    private let count = Mutex(0)

    var refusals: Int { count.withLock { $0 } }

    func add(_ submission: JobSubmission) async throws -> RenderJob { try await store.add(submission) }
    func job(_ id: RenderJob.ID) async throws -> RenderJob? { await store.job(id) }
    func jobs(_ selection: JobSelection) async throws -> [RenderJob] { await store.jobs(selection) }
    func counts() async throws -> [JobState.Name: Int] { await store.counts() }
    func claim() async throws -> RenderJob? { try await store.claim() }

    func apply(_ change: JobChange, to id: RenderJob.ID) async throws -> RenderJob {
        let isRefused = count.withLock { count in
            guard count < 2 else { return false }
            count += 1
            return true
        }
        if isRefused { throw JobError.diskFull }
        return try await store.apply(change, to: id)
    }
}
