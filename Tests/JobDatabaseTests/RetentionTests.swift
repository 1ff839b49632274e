import Foundation
import JobDatabase
import RenderJobs
import RenderPipeline
import Synchronization
import TestSupport
import Testing

/// What is kept of ended jobs.
struct RetentionTests {
    /// Ten finished jobs, one an hour, with pictures of 100 bytes; an eleventh waits.
    private static func store(_ folder: TestFolder) async throws -> DatabaseJobStore {
        let submission = try JobSubmission(RenderRequest(prompt: "a lake", size: Extent(height: 64, width: 64)))
        let clock = HourClock()
        let store = try await DatabaseJobStore(DataFolder(path: folder.path)) { clock.date }
        for number in 1...10 {
            _ = try await store.add(submission)
            _ = try await store.claim()
            clock.hours = Double(number)
            try await store.apply(
                .finished(JobPicture(fileName: "\(number).png", digest: "d", byteCount: 100)),
                to: RenderJob.ID(UInt64(number)))
        }
        _ = try await store.add(submission)
        return store
    }

    @Test(arguments: [
        (RetentionPolicy(), 0), (RetentionPolicy(mostJobs: 4), 6), (RetentionPolicy(mostJobs: 0), 10),
        (RetentionPolicy(mostBytes: 399), 7), (RetentionPolicy(mostBytes: 0), 10),
        (RetentionPolicy(days: 3.5 / 24), 6), (RetentionPolicy(mostJobs: 9, days: 1, mostBytes: 850), 2),
    ])
    func theLongestEndedGoWithTheirPictures(policy: RetentionPolicy, count: Int) async throws {
        let folder = try TestFolder()
        let store = try await Self.store(folder)
        let note = PictureList()
        #expect(try await store.retain(policy) { note.add($0.fileName) } == count)
        #expect(note.names == (0..<count).map { "\($0 + 1).png" })
        #expect(try await store.jobs(JobSelection()).map(\.id.number) == (UInt64(count + 1)...11).reversed())
        #expect(try await store.counts() == [.finished: 10 - count, .queued: 1, .running: 0])
        #expect(try await store.retain(policy) { note.add($0.fileName) } == 0)
    }

    @Test func numbersOfForgottenJobsAreNotGivenAgain() async throws {
        let folder = try TestFolder()
        do {
            let store = try await Self.store(folder)
            try await store.apply(.cancelled, to: RenderJob.ID(11))
            try await store.retain(RetentionPolicy(mostJobs: 0)) { _ in }
            try store.close()
        }
        let store = try await DatabaseJobStore(DataFolder(path: folder.path))
        let submission = try JobSubmission(RenderRequest(prompt: "a lake", size: Extent(height: 64, width: 64)))
        #expect(try await store.add(submission).id.number == 12)
    }
}

/// A clock that a test sets.
private final class HourClock: Sendable {
    private let value = Mutex(0.0)

    var hours: Double {
        get { value.withLock { $0 } }
        set { value.withLock { $0 = newValue } }
    }

    var date: Date { Date(timeIntervalSince1970: 1_000_000 + hours * 3600) }
}

/// The pictures that were removed.
private final class PictureList: Sendable {
    private let list = Mutex<[String]>([])

    var names: [String] { list.withLock { $0 } }

    func add(_ name: String) { list.withLock { $0.append(name) } }
}
