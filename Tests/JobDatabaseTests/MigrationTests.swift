import GRDB
import JobDatabase
import RenderJobs
import RenderPipeline
import Telemetry
import TestSupport
import Testing

/// Databases of earlier versions, and what later ones have added.
struct MigrationTests {
    private static let picture = InitialPicture(
        size: Extent(height: 64, width: 64), sha256: String(repeating: "c", count: 64))

    private let folder: TestFolder

    init() throws { folder = try TestFolder() }

    private func open() async throws -> DatabaseJobStore { try await DatabaseJobStore(DataFolder(path: folder.path)) }

    private func submission(_ picture: InitialPicture?, _ trace: TraceID?) throws -> JobSubmission {
        var request = RenderRequest(prompt: "a lake", size: Extent(height: 128, width: 128))
        request.initialPicture = picture
        return try JobSubmission(request, trace: trace)
    }

    @Test func tracesAndInitialPicturesAreKept() async throws {
        let trace = TraceID()
        let store = try await open()
        _ = try await store.add(submission(nil, nil))
        _ = try await store.add(submission(Self.picture, trace))
        #expect(try await store.jobs(JobSelection()).map(\.trace) == [trace, nil])
        #expect(try await store.initialPictures() == [Self.picture.sha256])
        try await store.apply(.cancelled, to: RenderJob.ID(2))
        try await store.retain(RetentionPolicy(mostJobs: 0)) { _ in }
        #expect(try await store.initialPictures().isEmpty)
    }

    /// Every list is read from its end in the order of an index: it takes as long as it has jobs, however many there are.
    @Test(arguments: [
        ("1", "job "), ("owner = 'a'", "job_by_owner "), ("state = 'queued'", "job_by_state "),
        ("owner = 'a' AND state = 'queued'", "job_by_owner_and_state "),
    ])
    func listsLookAtNoJobsButTheirOwn(selection: String, index: String) async throws {
        let store = try await open()
        _ = try await store.add(submission(nil, nil))
        try store.close()
        let queue = try DatabaseQueue(path: folder.path + "/jobs.sqlite")
        for before in ["", " AND id < 1000"] {
            let plan = try await queue.read { sqlite in
                try Row.fetchAll(
                    sqlite,
                    sql: "EXPLAIN QUERY PLAN SELECT * FROM job WHERE \(selection)\(before) ORDER BY id DESC LIMIT 50"
                ).map { $0["detail"] as String + " " }
            }
            #expect(plan.count == 1, "\(plan)")
            #expect(plan.first?.contains(index) == true, "\(plan)")
        }
    }

    @Test func aDatabaseWithoutThemIsBroughtUpToDate() async throws {
        do {
            let store = try await open()
            _ = try await store.add(submission(nil, nil))
            _ = try await store.add(submission(Self.picture, nil))
            try store.close()
        }
        // As the first version left it.
        let queue = try DatabaseQueue(path: folder.path + "/jobs.sqlite")
        try await queue.write { sqlite in
            try sqlite.execute(
                sql: """
                    DROP TABLE blockedWorker;
                    DROP INDEX job_by_initial_picture;
                    DROP INDEX job_by_owner_and_state;
                    ALTER TABLE job DROP COLUMN initialPicture;
                    ALTER TABLE job DROP COLUMN trace;
                    DELETE FROM grdb_migrations WHERE identifier <> 'jobs, checkpoints and starts';
                    """)
        }
        try await queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA user_version = 1") }
        try queue.close()
        let store = try await open()
        #expect(try await store.jobs(JobSelection()).map(\.id.number) == [2, 1])
        #expect(try await store.initialPictures() == [Self.picture.sha256])
        #expect(try await store.blockedWorkers().isEmpty)
    }
}
