import Foundation
import RenderJobs
import RenderPipeline
import Synchronization
import Testing

/// What every store keeps.
struct JobStoreTests {
    private let submission: JobSubmission
    private static let picture = JobPicture(fileName: "x", digest: "y", byteCount: 7)

    init() throws {
        submission = try JobSubmission(RenderRequest(prompt: "a lake", size: Extent(height: 64, width: 64)))
    }

    @Test(
        arguments: AnyStore.all,
        [
            ([JobChange](), JobChange.finished(picture)), ([], .failed(reason: "x")), ([], .requeued),
            ([], .resumed), ([], .retried), ([], .interrupted), ([], .postponed(reason: "x", until: .distantFuture)),
            ([.cancelled], .cancelled), ([.cancelled], .requeued), ([.cancelled], .paused), ([.paused], .paused),
            ([.paused], .retried), ([.paused], .finished(picture)), ([.paused, .resumed], .resumed),
        ])
    func whatCannotHappenIsRefusedAndChangesNothing(
        kind: AnyStore, example: ([JobChange], JobChange)
    ) async throws {
        let store = try await kind()
        let id = try await store.add(submission).id
        for change in example.0 { try await store.apply(change, to: id) }
        let job = try await store.job(id)
        await #expect(throws: JobError.self) { try await store.apply(example.1, to: id) }
        #expect(try await store.job(id) == job)
    }

    @Test(arguments: AnyStore.all) func onlyClaimingBeginsAJob(kind: AnyStore) async throws {
        let store = try await kind()
        let id = try await store.add(submission).id
        await #expect(throws: JobError.impossible(id, .began, .queued)) { try await store.apply(.began, to: id) }
        #expect(try await store.claim()?.id == id)
        #expect(try await store.claim() == nil)
    }

    @Test(arguments: AnyStore.all) func aJobIsFoundAsItWasAskedFor(kind: AnyStore) async throws {
        let store = try await kind()
        var request = RenderRequest(prompt: "ein See \u{1F3DE}\"\\\n", size: Extent(height: 128, width: 64), seed: .max)
        request.negativePrompt = ""
        request.sampler = .eulerAncestral
        request.substages = [.eta2(0.3), .initRate(0.7)]
        request.latentWindows = LatentWindowRule(overlap: 3)
        request.guidanceScale = 0.1 + 0.2
        let job = try await store.add(JobSubmission(request, owner: "ann", priority: -7))
        let found = try #require(try await store.job(job.id))
        #expect(found.request == request)
        #expect(found.owner == "ann" && found.priority == -7 && found.state == .queued)
        #expect(abs(found.submitted.timeIntervalSince(job.submitted)) < 0.001)
        #expect(try await store.job(RenderJob.ID(.max)) == nil)
    }

    @Test(arguments: AnyStore.all) func aFullQueueRefusesAndTakesAgainWhenThereIsRoom(kind: AnyStore) async throws {
        let store = try await kind(JobLimits(mostQueued: 2))
        for _ in 0..<2 { _ = try await store.add(submission) }
        await #expect(throws: JobError.queueFull(limit: 2)) { _ = try await store.add(submission) }
        _ = try await store.claim()
        #expect(try await store.add(submission).id.number == 3)
    }

    @Test(arguments: AnyStore.all) func anOwnersQuotaIsHisAlone(kind: AnyStore) async throws {
        let store = try await kind(JobLimits(mostOfOneOwner: 2))
        let ann = try JobSubmission(submission.request, owner: "ann")
        let first = try await store.add(ann)
        try await store.apply(.paused, to: first.id)
        _ = try await store.add(ann)
        let full = JobError.quotaExceeded(owner: "ann", limit: 2)
        await #expect(throws: full) { _ = try await store.add(ann) }
        _ = try await store.add(submission)
        try await store.apply(.cancelled, to: first.id)
        _ = try await store.add(ann)
        await #expect(throws: full) { try await store.apply(.retried, to: first.id) }
    }

    @Test(arguments: AnyStore.all) func aPausedJobHasNoTurnUntilItIsResumed(kind: AnyStore) async throws {
        let store = try await kind()
        let id = try await store.add(submission).id
        try await store.apply(.paused, to: id)
        #expect(try await store.claim() == nil)
        try await store.apply(.resumed, to: id)
        #expect(try await store.claim()?.id == id)
        try await store.apply(.paused, to: id)
        #expect(try await store.claim() == nil)
        #expect(try await store.counts()[.paused] == 1)
    }

    @Test(arguments: AnyStore.all) func aPostponedJobHasNoTurnBeforeItsTime(kind: AnyStore) async throws {
        let clock = Clock(Date(timeIntervalSince1970: 1000))
        let store = try await kind { clock.date }
        let id = try await store.add(submission).id
        _ = try await store.claim()
        let later = clock.date.addingTimeInterval(5)
        let job = try await store.apply(.postponed(reason: "x", until: later), to: id)
        #expect(job.failures == 1 && job.notBefore == later)
        #expect(try await store.claim() == nil)
        clock.date = later
        let again = try #require(try await store.claim())
        #expect(again.id == id && again.failures == 1 && again.notBefore == nil)
    }

    @Test(arguments: AnyStore.all) func aRetriedJobBeginsAnew(kind: AnyStore) async throws {
        let store = try await kind()
        let id = try await store.add(submission).id
        _ = try await store.claim()
        try await store.apply(.interrupted, to: id)
        _ = try await store.claim()
        try await store.apply(.failed(reason: "x"), to: id)
        #expect(try await store.job(id)?.interruptions == 1)
        let job = try await store.apply(.retried, to: id)
        #expect(job.state == .queued && job.interruptions == 0)
        #expect(try await store.counts()[.failed] == 0)
        #expect(try await store.claim()?.id == id)
    }

    @Test(arguments: AnyStore.all) func anEndIsFoundAsItWasReported(kind: AnyStore) async throws {
        let store = try await kind { Date(timeIntervalSince1970: 2000) }
        let id = try await store.add(submission).id
        _ = try await store.claim()
        try await store.apply(.finished(Self.picture), to: id)
        let date = Date(timeIntervalSince1970: 2000)
        #expect(try await store.job(id)?.state == .finished(Self.picture, since: date, at: date))
    }

    @Test(arguments: AnyStore.all) func listsAreReadPageByPageLatestFirst(kind: AnyStore) async throws {
        let store = try await kind()
        for _ in 0..<5 { _ = try await store.add(submission) }
        try await store.apply(.cancelled, to: RenderJob.ID(4))
        let first = try await store.jobs(JobSelection(limit: 2))
        #expect(first.map(\.id.number) == [5, 4])
        let second = try await store.jobs(JobSelection(before: first.last?.id, limit: 10))
        #expect(second.map(\.id.number) == [3, 2, 1])
        #expect(try await store.jobs(JobSelection(state: .cancelled)).map(\.id.number) == [4])
        #expect(try await store.jobs(JobSelection(owner: "somebody")).isEmpty)
        #expect(try await store.jobs(JobSelection(before: RenderJob.ID(0))).isEmpty)
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

/// A date that a test sets.
private final class Clock: Sendable {
    private let value: Mutex<Date>

    init(_ date: Date) { value = Mutex(date) }

    var date: Date {
        get { value.withLock { $0 } }
        set { value.withLock { $0 = newValue } }
    }
}
