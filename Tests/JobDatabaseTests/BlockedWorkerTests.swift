import Foundation
import JobDatabase
import TestSupport
import Testing

/// Workers that get nothing, from one start to the next.
struct BlockedWorkerTests {
    private static let date = Date(timeIntervalSince1970: 1_000_000)

    private let folder: TestFolder

    init() throws { folder = try TestFolder() }

    /// One run of the program, so many seconds after the first.
    private func run<Value>(after seconds: Double, _ body: (DatabaseJobStore) async throws -> Value) async throws
        -> Value
    {
        let store = try await DatabaseJobStore(DataFolder(path: folder.path)) { Self.date + seconds }
        let value = try await body(store)
        try store.close()
        return value
    }

    private func note(_ workers: [BlockedWorker]) async throws {
        try await run(after: 0) { store in
            for worker in workers { store.note(worker) { Issue.record($0) } }
            try await store.settle()
        }
    }

    @Test func theyAreThereAgain() async throws {
        let workers = [
            BlockedWorker(name: "a", isHeld: true),
            BlockedWorker(name: "b", isHeld: false, setAsideUntil: Self.date + 60, timesSetAside: 3),
            BlockedWorker(name: "c", isHeld: true, setAsideUntil: Self.date + 60, timesSetAside: 1),
        ]
        try await note(workers)
        #expect(try await run(after: 59) { try await $0.blockedWorkers() } == workers)
    }

    @Test func whatTimeHasEndedIsForgotten() async throws {
        try await note([
            BlockedWorker(name: "b", isHeld: false, setAsideUntil: Self.date + 60, timesSetAside: 3),
            BlockedWorker(name: "c", isHeld: true, setAsideUntil: Self.date + 60, timesSetAside: 1),
        ])
        let held = BlockedWorker(name: "c", isHeld: true, timesSetAside: 1)
        #expect(try await run(after: 60) { try await $0.blockedWorkers() } == [held])
    }

    @Test func theLastWordCounts() async throws {
        try await note([
            BlockedWorker(name: "a", isHeld: true), BlockedWorker(name: "b", isHeld: true),
            BlockedWorker(name: "a", isHeld: false), BlockedWorker(name: "c", isHeld: false),
        ])
        #expect(try await run(after: 1) { try await $0.blockedWorkers() }.map(\.name) == ["b"])
    }
}
