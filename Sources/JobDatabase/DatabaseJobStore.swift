public import FoundationEssentials
import GRDB
public import RenderJobs
public import RenderPipeline
import Synchronization

/// Jobs that survive the program.
///
/// What this answers is committed. The order of the queue is in memory, rebuilt at the start; everything else is read from
/// the database.
public final class DatabaseJobStore: JobStore {
    /// What is kept in memory; only changed on the database's writer, after a commit.
    private struct State {
        var queue: JobQueue
        var counts: [JobState.Name: Int] = [:]
    }

    let database: JobDatabase
    private let folder: DataFolder
    private let reserve: Int
    let now: @Sendable () -> Date
    private let state: Mutex<State>
    /// Which start of the program this is; larger than all before.
    public let epoch: UInt64

    /// Opens the jobs of a folder. Those that an earlier run was rendering are queued again; of those that have ended it
    /// too often, that is the end.
    ///
    /// - Parameters:
    ///   - folder: where they are.
    ///   - limits: how many may wait.
    ///   - retries: how often the program may end while a job is rendered.
    ///   - last: the last number that was given before there was this database.
    ///   - reserve: bytes that have to be free on the disk for a new job.
    ///   - mostPages: how many pages the database may have; nil for as many as the disk holds. For tests.
    ///   - commits: who is told of commit points.
    ///   - now: what tells the date.
    /// - Throws: ``JobDatabaseError``.
    public init(
        _ folder: DataFolder, limits: JobLimits = JobLimits(), retries: RetryPolicy = RetryPolicy(),
        after last: RenderJob.ID = RenderJob.ID(0), reserve: Int = 0,
        mostPages: Int? = nil, commits: CommitObserver = .none, now: @escaping @Sendable () -> Date = { Date() }
    ) async throws {
        self.folder = folder
        self.reserve = reserve
        self.now = now
        let database = try JobDatabase(path: folder.database, mostPages: mostPages, commits: commits)
        self.database = database
        let date = now()
        epoch = try await database.write((.startWritten, .startCommitted)) { sqlite in
            try JobRecovery(
                path: database.path, mostInterruptions: retries.mostInterruptions, after: last, at: date
            ).run(sqlite)
        }
        let (waiting, counts) = try await database.read { sqlite in
            (
                try StoredJob.filter(["queued", "paused"].contains(Column("state"))).order(Column("id"))
                    .fetchAll(sqlite).map { try $0.job(path: database.path) },
                try Self.counts(sqlite)
            )
        }
        var queue = JobQueue(limits)
        for job in waiting { queue.add(job) }
        state = Mutex(State(queue: queue, counts: counts))
    }

    /// See ``JobStore/add(_:)``.
    public func add(_ submission: JobSubmission) async throws -> RenderJob {
        if reserve > 0, let free = DiskSpace.free(at: folder.path), free < reserve { throw JobError.diskFull }
        let row = try StoredJob(submission, at: now())
        return try await database.write((.submissionWritten, .submissionCommitted)) { [self] sqlite in
            // Asked here, where nobody else adds one at the same time.
            try state.withLock { try $0.queue.admit(submission.owner) }
            var row = row
            try row.insert(sqlite)
            return try row.job(path: database.path)
        } done: { [self] job in
            state.withLock { state in
                state.queue.add(job)
                state.counts[.queued, default: 0] += 1
            }
        }
    }

    /// See ``JobStore/job(_:)``.
    public func job(_ id: RenderJob.ID) async throws -> RenderJob? {
        try await database.read { [database] sqlite in
            try Self.row(id, sqlite).map { try $0.job(path: database.path) }
        }
    }

    /// See ``JobStore/jobs(_:)``.
    public func jobs(_ selection: JobSelection) async throws -> [RenderJob] {
        try await database.read { [database] sqlite in
            var request = StoredJob.order(Column("id").desc).limit(selection.limit)
            if let owner = selection.owner { request = request.filter(Column("owner") == owner) }
            if let state = selection.state { request = request.filter(Column("state") == state.rawValue) }
            if let before = selection.before {
                request = request.filter(Column("id") < Int64(clamping: before.number))
            }
            return try request.fetchAll(sqlite).map { try $0.job(path: database.path) }
        }
    }

    /// See ``JobStore/counts()``.
    public func counts() async throws -> [JobState.Name: Int] { state.withLock { $0.counts } }

    /// See ``JobStore/claim()``.
    public func claim() async throws -> RenderJob? {
        let date = now()
        guard state.withLock({ $0.queue.next(at: date) }) != nil else { return nil }
        return try await database.write((.claimWritten, .claimCommitted)) { [self] sqlite -> Move? in
            guard let id = state.withLock({ $0.queue.next(at: date) }) else { return nil }
            return try move(id, .began, at: date, sqlite)
        } done: { [self] move in
            if let move { took(move) }
        }?.after
    }

    /// See ``JobStore/apply(_:to:)``.
    @discardableResult
    public func apply(_ change: JobChange, to id: RenderJob.ID) async throws -> RenderJob {
        let date = now()
        return try await database.write((.changeWritten, .changeCommitted)) { [self] sqlite in
            // Only claiming begins a job: the queue would offer it once more.
            if change == .began, let job = try Self.row(id, sqlite)?.job(path: database.path) {
                throw JobError.impossible(id, change, job.state.name)
            }
            return try move(id, change, at: date, sqlite)
        } done: { [self] in
            took($0)
        }.after
    }

    /// See ``JobStore/willEnd()``.
    public func willEnd() async {
        _ = try? await database.write { [epoch] sqlite in
            try sqlite.execute(
                sql: "UPDATE start SET ended = 1 WHERE epoch = ?", arguments: [Int64(clamping: epoch)])
        }
    }

    /// Ends all work with the folder, which another program may then have.
    ///
    /// - Throws: what SQLite refuses as long as something is under way.
    public func close() throws {
        try database.close()
        folder.release()
    }

    /// How commits get to the disk, as SQLite says it.
    package var durability: (journal: String, synchronous: Int) {
        get async throws {
            try await database.write { sqlite in
                (
                    try String.fetchOne(sqlite, sql: "PRAGMA journal_mode") ?? "",
                    try Int.fetchOne(sqlite, sql: "PRAGMA synchronous") ?? -1
                )
            }
        }
    }

    // The parts of a change.

    private struct Move: Sendable {
        let before: RenderJob
        let after: RenderJob
    }

    private func move(
        _ id: RenderJob.ID, _ change: JobChange, at date: Date, _ sqlite: Database
    ) throws -> Move {
        guard var row = try Self.row(id, sqlite) else { throw JobError.unknown(id) }
        let before = try row.job(path: database.path)
        var after = before
        try after.apply(change, at: date)
        if before.state.isFinal { try state.withLock { try $0.queue.admit(before.owner) } }
        row.update(after)
        try row.update(sqlite)
        if after.state.isFinal {
            try sqlite.execute(sql: "DELETE FROM checkpoint WHERE job = ?", arguments: [row.id])
        }
        return Move(before: before, after: after)
    }

    private func took(_ move: Move) {
        state.withLock { state in
            state.queue.moved(from: move.before, to: move.after)
            state.counts[move.before.state.name, default: 0] -= 1
            state.counts[move.after.state.name, default: 0] += 1
        }
    }

    /// Ended jobs are gone.
    func forgot(_ jobs: [RenderJob]) {
        state.withLock { state in
            for job in jobs { state.counts[job.state.name, default: 0] -= 1 }
        }
    }

    private static func row(_ id: RenderJob.ID, _ sqlite: Database) throws -> StoredJob? {
        try StoredJob.filter(Column("id") == Int64(clamping: id.number)).fetchOne(sqlite)
    }

    private static func counts(_ sqlite: Database) throws -> [JobState.Name: Int] {
        var counts: [JobState.Name: Int] = [:]
        for row in try Row.fetchAll(sqlite, sql: "SELECT state, COUNT(*) AS number FROM job GROUP BY state") {
            if let name = JobState.Name(rawValue: row["state"]) { counts[name] = row["number"] }
        }
        return counts
    }
}
