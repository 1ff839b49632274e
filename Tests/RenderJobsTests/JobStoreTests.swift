import RenderJobs
import RenderPipeline
import Testing

/// What a store keeps.
struct JobStoreTests {
    private let submission: JobSubmission

    init() throws {
        submission = try JobSubmission(RenderRequest(prompt: "a lake", size: Extent(height: 64, width: 64)))
    }

    @Test(arguments: [
        ([JobChange](), JobChange.finished(JobPicture(fileName: "x", digest: "y"))),
        ([], .failed(reason: "x")), ([], .requeued), ([.cancelled], .cancelled), ([.cancelled], .requeued),
    ])
    func whatCannotHappenIsRefusedAndChangesNothing(before: [JobChange], change: JobChange) async throws {
        let store = MemoryJobStore()
        let id = try await store.add(submission).id
        for change in before { try await store.apply(change, to: id) }
        let job = await store.job(id)
        await #expect(throws: JobError.self) { try await store.apply(change, to: id) }
        #expect(await store.job(id) == job)
    }

    @Test func onlyClaimingBeginsAJob() async throws {
        let store = MemoryJobStore()
        let id = try await store.add(submission).id
        await #expect(throws: JobError.impossible(id, .began, .queued)) { try await store.apply(.began, to: id) }
        #expect(try await store.claim()?.id == id)
        #expect(try await store.claim() == nil)
    }

    @Test func aFullQueueRefusesAndTakesAgainWhenThereIsRoom() async throws {
        let store = MemoryJobStore(limits: JobLimits(mostQueued: 2))
        for _ in 0..<2 { _ = try await store.add(submission) }
        await #expect(throws: JobError.queueFull(limit: 2)) { _ = try await store.add(submission) }
        _ = try await store.claim()
        #expect(try await store.add(submission).id.number == 3)
    }

    @Test func listsAreReadPageByPageLatestFirst() async throws {
        let store = MemoryJobStore()
        for _ in 0..<5 { _ = try await store.add(submission) }
        try await store.apply(.cancelled, to: RenderJob.ID(4))
        let first = await store.jobs(JobSelection(limit: 2))
        #expect(first.map(\.id.number) == [5, 4])
        let second = await store.jobs(JobSelection(before: first.last?.id, limit: 10))
        #expect(second.map(\.id.number) == [3, 2, 1])
        #expect(await store.jobs(JobSelection(state: .cancelled)).map(\.id.number) == [4])
        #expect(await store.jobs(JobSelection(owner: "somebody")).isEmpty)
        #expect(await store.jobs(JobSelection(before: RenderJob.ID(0))).isEmpty)
    }

    @Test func theLongestEndedJobsAreForgotten() async throws {
        let store = MemoryJobStore(keptJobs: 10)
        for number in 1...200 as ClosedRange<UInt64> {
            _ = try await store.add(submission)
            try await store.apply(.cancelled, to: RenderJob.ID(number))
        }
        let counts = await store.counts()
        #expect((10...84).contains(counts[.cancelled] ?? 0))
        #expect(await store.job(RenderJob.ID(1)) == nil)
        #expect(await store.job(RenderJob.ID(200)) != nil)
    }

    @Test(arguments: ["", "a b", String(repeating: "x", count: 65), "a\u{7f}"])
    func ownersAreShortWords(owner: String) {
        #expect(throws: RequestError.self) { try JobSubmission(submission.request, owner: owner) }
    }

    @Test(arguments: [-101, 101, .max]) func prioritiesAreInRange(priority: Int) {
        #expect(throws: RequestError.self) { try JobSubmission(submission.request, priority: priority) }
    }
}
