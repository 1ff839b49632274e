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
        _ renderer: ScriptedRenderer, _ body: (JobRunner, MemoryJobStore) async throws -> Void
    ) async throws {
        let store = MemoryJobStore()
        let runner = JobRunner(store: store, renderer: renderer, log: log)
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
    private let count = Mutex((running: 0, most: 0))
    let slots: Int

    init(slots: Int = 2) { self.slots = slots }

    /// The most that ran at a time.
    var most: Int { count.withLock { $0.most } }

    func check(_ request: RenderRequest) throws {
        guard request.prompt != "refuse" else {
            throw RequestError(option: "PROMPT", problem: "it is refused", remedy: "use another one")
        }
    }

    func render(_ job: RenderJob, progress: @escaping @Sendable (Double) -> Void) async throws -> JobPicture {
        count.withLock {
            $0.running += 1
            $0.most = max($0.most, $0.running)
        }
        defer { count.withLock { $0.running -= 1 } }
        progress(0.5)
        if job.request.prompt == "fail" { throw Failure() }
        if job.request.prompt == "endless" { try await Task.sleep(for: .seconds(3600)) }
        return JobPicture(fileName: "\(job.id).png", digest: "0")
    }

    private struct Failure: Error, CustomStringConvertible {
        var description: String { "this one fails" }
    }
}
