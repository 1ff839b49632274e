import RenderJobs
import RenderPipeline
import Testing

/// Whose turn it is.
struct JobQueueTests {
    private func submission(_ owner: String, priority: Int = 0) throws -> JobSubmission {
        try JobSubmission(
            RenderRequest(prompt: "a lake", size: Extent(height: 64, width: 64)), owner: owner, priority: priority)
    }

    /// A store with jobs 1, 2, 3, … of the given owners and priorities.
    private func store(_ jobs: [(owner: String, priority: Int)]) async throws -> MemoryJobStore {
        let store = MemoryJobStore()
        for job in jobs { _ = try await store.add(try submission(job.owner, priority: job.priority)) }
        return store
    }

    private func claims(_ store: MemoryJobStore, _ count: Int) async throws -> [UInt64] {
        var numbers: [UInt64] = []
        for _ in 0..<count { if let job = try await store.claim() { numbers.append(job.id.number) } }
        return numbers
    }

    @Test func oneOwnersJobsComeByPriorityThenByAge() async throws {
        let store = try await store([("a", 0), ("a", 5), ("a", 0), ("a", 5), ("a", -1)])
        #expect(try await claims(store, 6) == [2, 4, 1, 3, 5])
    }

    @Test func ownersTakeTurnsWhateverTheirPriorities() async throws {
        let store = try await store([("a", 100), ("a", 100), ("a", 100), ("b", 0), ("b", 0), ("c", -100)])
        #expect(try await claims(store, 6) == [1, 4, 6, 2, 5, 3])
    }

    @Test func whoHasFewerRunningJobsComesFirst() async throws {
        let store = try await store([("a", 0), ("a", 0), ("b", 0), ("b", 0)])
        #expect(try await claims(store, 2) == [1, 3])
        try await store.apply(.failed(reason: "x"), to: RenderJob.ID(3))
        #expect(try await claims(store, 2) == [4, 2])
    }

    @Test func aJobThatIsQueuedAgainKeepsItsPlaceAmongTheOwners() async throws {
        let store = try await store([("a", 0), ("a", 0)])
        #expect(try await claims(store, 1) == [1])
        try await store.apply(.requeued, to: RenderJob.ID(1))
        #expect(try await claims(store, 2) == [1, 2])
    }

    @Test func whatIsCancelledIsNeverClaimed() async throws {
        let store = try await store([("a", 0), ("a", 0), ("b", 0)])
        try await store.apply(.cancelled, to: RenderJob.ID(1))
        #expect(try await claims(store, 3) == [2, 3])
        #expect(await store.counts() == [.queued: 0, .running: 2, .cancelled: 1])
    }

    @Test func everyJobIsClaimedOnceOfManyThousands() async throws {
        let jobs = (0..<5000).map { (owner: "owner\($0 * 7919 % 13)", priority: $0 * 31 % 7) }
        let store = try await store(jobs)
        var seen: Set<UInt64> = []
        while let job = try await store.claim() {
            #expect(seen.insert(job.id.number).inserted)
            if job.id.number.isMultiple(of: 3) { try await store.apply(.cancelled, to: job.id) }
        }
        #expect(seen.count == 5000)
    }
}
