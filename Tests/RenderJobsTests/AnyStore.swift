import Foundation
import JobDatabase
import RenderJobs
import Testing

/// A store of one kind or the other; what they promise is the same.
struct AnyStore: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let make: @Sendable (JobLimits, @escaping @Sendable () -> Date) async throws -> any JobStore

    func callAsFunction(
        _ limits: JobLimits = JobLimits(), now: @escaping @Sendable () -> Date = { Date() }
    ) async throws -> any JobStore { try await make(limits, now) }

    static let all = [
        AnyStore(testDescription: "in memory") { MemoryJobStore(limits: $0, now: $1) },
        AnyStore(testDescription: "in a database") { try await DisposableStore($0, now: $1) },
    ]
}

/// A database in a folder that goes with it.
private final class DisposableStore: JobStore {
    private let path: String
    private let store: DatabaseJobStore

    init(_ limits: JobLimits, now: @escaping @Sendable () -> Date) async throws {
        // In memory where there is such a disk: how fast a disk is does not matter here.
        let folder = FileManager.default.fileExists(atPath: "/dev/shm") ? "/dev/shm" : NSTemporaryDirectory()
        path = "\(folder)/apldm-\(UUID().uuidString)"
        store = try await DatabaseJobStore(DataFolder(path: path), limits: limits, now: now)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func add(_ submission: JobSubmission) async throws -> RenderJob { try await store.add(submission) }
    func job(_ id: RenderJob.ID) async throws -> RenderJob? { try await store.job(id) }
    func jobs(_ selection: JobSelection) async throws -> [RenderJob] { try await store.jobs(selection) }
    func counts() async throws -> [JobState.Name: Int] { try await store.counts() }
    func claim() async throws -> RenderJob? { try await store.claim() }

    @discardableResult
    func apply(_ change: JobChange, to id: RenderJob.ID) async throws -> RenderJob {
        try await store.apply(change, to: id)
    }
}
