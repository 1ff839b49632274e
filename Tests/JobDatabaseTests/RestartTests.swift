import Foundation
import GRDB
import JobDatabase
import RenderJobs
import RenderPipeline
import TestSupport
import Testing

/// What a start finds of what an earlier one has left.
struct RestartTests {
    private let folder: TestFolder
    private let submission: JobSubmission

    init() throws {
        folder = try TestFolder()
        submission = try JobSubmission(RenderRequest(prompt: "a lake", size: Extent(height: 64, width: 64)))
    }

    private func open(mostInterruptions: Int = 3) async throws -> DatabaseJobStore {
        try await DatabaseJobStore(
            DataFolder(path: folder.path), retries: RetryPolicy(mostInterruptions: mostInterruptions))
    }

    /// One run of the program.
    private func run<Value>(_ body: (DatabaseJobStore) async throws -> Value) async throws -> Value {
        let store = try await open()
        let value = try await body(store)
        try store.close()
        return value
    }

    @Test func everythingIsThereAgain() async throws {
        let jobs = try await run { store in
            for owner in ["ann", "bob", "ann"] {
                _ = try await store.add(JobSubmission(submission.request, owner: owner, priority: 3))
            }
            try await store.apply(.paused, to: RenderJob.ID(1))
            try await store.apply(.cancelled, to: RenderJob.ID(3))
            return try await store.jobs(JobSelection())
        }
        let store = try await open()
        #expect(try await store.jobs(JobSelection()) == jobs)
        #expect(try await store.counts() == [.paused: 1, .queued: 1, .cancelled: 1])
        #expect(try await store.add(submission).id.number == 4)
        #expect(try await store.claim()?.id.number == 2)
    }

    @Test func everyStartHasALargerNumber() async throws {
        var last: UInt64 = 0
        for _ in 0..<4 {
            let epoch = try await run { $0.epoch }
            #expect(epoch > last)
            last = epoch
        }
    }

    @Test func whatRanIsQueuedAgainAndCounted() async throws {
        try await run { store in
            _ = try await store.add(submission)
            _ = try await store.claim()
        }
        let store = try await open()
        let job = try #require(try await store.job(RenderJob.ID(1)))
        #expect(job.state == .queued && job.interruptions == 1)
        #expect(try await store.claim()?.id == job.id)
    }

    @Test func whatRanWhenItWasAskedToEndIsNotToBlame() async throws {
        try await run { store in
            _ = try await store.add(submission)
            _ = try await store.claim()
            await store.willEnd()
        }
        let job = try #require(try await open().job(RenderJob.ID(1)))
        #expect(job.state == .queued && job.interruptions == 0)
    }

    @Test func aJobThatEndsTheProgramTooOftenFails() async throws {
        _ = try await run { try await $0.add(submission) }
        for _ in 0..<3 { _ = try await run { try await $0.claim() } }
        let job = try #require(try await open().job(RenderJob.ID(1)))
        guard case .failed(let reason, _) = job.state else {
            Issue.record("\(job.state)")
            return
        }
        #expect(reason.contains("3 times"))
    }

    @Test func aJobThatGetsOnIsNotTheReason() async throws {
        _ = try await run { try await $0.add(submission) }
        for _ in 0..<5 {
            try await run { store in
                let job = try #require(try await store.claim())
                try await store.checkpoints(of: job.id).record(
                    Checkpoint(place: .denoised(stage: 0), sha256: String(repeating: "a", count: 64), byteCount: 1),
                    replacing: [])
            }
        }
        #expect(try await open().job(RenderJob.ID(1))?.state == .queued)
    }

    @Test func checkpointsAreListedAsTheyWereRecordedUntilTheirJobEnds() async throws {
        let places: [Checkpoint.Place] = [
            .step(stage: 0, step: 3), .denoised(stage: 0), .tiles(.encode(stage: 0)), .tiles(.decode(stage: 0)),
            .tiles(.decode(stage: 0)), .finished(stage: 0), .tiles(.encode(stage: 1)),
        ]
        let all = places.enumerated().map { index, place in
            Checkpoint(place: place, sha256: String(repeating: "\(index)", count: 64), byteCount: index)
        }
        try await run { store in
            let list = store.checkpoints(of: try await store.add(submission).id)
            for checkpoint in all { try await list.record(checkpoint, replacing: []) }
            try await list.record(all[1], replacing: [all[0], all[3]])
        }
        let store = try await open()
        let list = store.checkpoints(of: RenderJob.ID(1))
        #expect(try await list.checkpoints() == [all[2], all[4], all[5], all[6], all[1]])
        #expect(try await store.unfinishedJobs() == [RenderJob.ID(1)])
        try await store.apply(.cancelled, to: RenderJob.ID(1))
        #expect(try await list.checkpoints().isEmpty)
        #expect(try await store.unfinishedJobs().isEmpty)
    }

    @Test func numbersGoOnFromThePicturesOfOlderVersions() async throws {
        let store = try await DatabaseJobStore(DataFolder(path: folder.path), after: RenderJob.ID(41))
        #expect(try await store.add(submission).id.number == 42)
    }

    @Test func whatIsPromisedIsOnTheDisk() async throws {
        let store = try await open()
        let settings = try await store.durability
        // 2 is FULL.
        #expect(settings.journal == "wal" && settings.synchronous == 2)
    }

    @Test(.timeLimit(.minutes(10))) func claimsAreQuickWithTenThousandQueuedJobs() async throws {
        let store = try await open()
        for number in 0..<10_000 {
            _ = try await store.add(
                JobSubmission(submission.request, owner: "owner\(number % 100)", priority: number % 7))
        }
        let start = ContinuousClock.now
        for _ in 0..<100 { #expect(try await store.claim() != nil) }
        // A hundredth of what a search through all would take; a busy host takes several times as long.
        #expect(ContinuousClock.now - start < .seconds(3))
    }
}
