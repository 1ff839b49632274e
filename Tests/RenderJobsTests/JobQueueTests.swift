import RenderJobs
import RenderPipeline
import Testing

/// Whose turn it is.
struct JobQueueTests {
    private func submission(_ owner: String, priority: Int = 0) throws -> JobSubmission {
        try JobSubmission(
            RenderRequest(prompt: "a lake", size: Extent(height: 64, width: 64)), owner: owner, priority: priority)
    }

    /// A store of a kind with jobs 1, 2, 3, … of the given owners and priorities.
    private func store(_ kind: AnyStore, _ jobs: [(owner: String, priority: Int)]) async throws -> any JobStore {
        let store = try await kind()
        for job in jobs { _ = try await store.add(try submission(job.owner, priority: job.priority)) }
        return store
    }

    private func claims(_ store: any JobStore, _ count: Int) async throws -> [UInt64] {
        var numbers: [UInt64] = []
        for _ in 0..<count { if let job = try await store.claim() { numbers.append(job.id.number) } }
        return numbers
    }

    @Test(arguments: AnyStore.all) func oneOwnersJobsComeByPriorityThenByAge(kind: AnyStore) async throws {
        let store = try await store(kind, [("a", 0), ("a", 5), ("a", 0), ("a", 5), ("a", -1)])
        #expect(try await claims(store, 6) == [2, 4, 1, 3, 5])
    }

    @Test(arguments: AnyStore.all) func ownersTakeTurnsWhateverTheirPriorities(kind: AnyStore) async throws {
        let store = try await store(kind, [("a", 100), ("a", 100), ("a", 100), ("b", 0), ("b", 0), ("c", -100)])
        #expect(try await claims(store, 6) == [1, 4, 6, 2, 5, 3])
    }

    @Test(arguments: AnyStore.all) func whoHasFewerRunningJobsComesFirst(kind: AnyStore) async throws {
        let store = try await store(kind, [("a", 0), ("a", 0), ("b", 0), ("b", 0)])
        #expect(try await claims(store, 2) == [1, 3])
        try await store.apply(.failed(reason: "x"), to: RenderJob.ID(3))
        #expect(try await claims(store, 2) == [4, 2])
    }

    @Test(arguments: AnyStore.all) func aJobThatIsQueuedAgainKeepsItsPlaceAmongTheOwners(kind: AnyStore) async throws {
        let store = try await store(kind, [("a", 0), ("a", 0)])
        #expect(try await claims(store, 1) == [1])
        try await store.apply(.requeued, to: RenderJob.ID(1))
        #expect(try await claims(store, 2) == [1, 2])
    }

    @Test(arguments: AnyStore.all) func whatIsCancelledIsNeverClaimed(kind: AnyStore) async throws {
        let store = try await store(kind, [("a", 0), ("a", 0), ("b", 0)])
        try await store.apply(.cancelled, to: RenderJob.ID(1))
        #expect(try await claims(store, 3) == [2, 3])
        #expect(try await store.counts() == [.queued: 0, .running: 2, .cancelled: 1])
    }

    @Test(arguments: AnyStore.all) func everyJobIsClaimedOnceOfMany(kind: AnyStore) async throws {
        let jobs = (0..<1000).map { (owner: "owner\($0 * 7919 % 13)", priority: $0 * 31 % 7) }
        let store = try await store(kind, jobs)
        var seen: Set<UInt64> = []
        while let job = try await store.claim() {
            #expect(seen.insert(job.id.number).inserted)
            if job.id.number.isMultiple(of: 3) { try await store.apply(.cancelled, to: job.id) }
        }
        #expect(seen.count == 1000)
    }
}
