import FoundationEssentials
import GRDB
import Glibc
import RenderJobs
import RenderPipeline

/// The SQLite file that jobs are kept in.
///
/// Write-ahead log, every commit on the disk before it counts. All writing is done one after the other on one connection
/// and is never broken off in the middle by a cancelled task; reading goes on beside it.
struct JobDatabase: Sendable {
    let path: String
    let commits: CommitObserver
    private let pool: DatabasePool

    /// No database is shorter.
    private static let headerByteCount = 100

    /// Opens a database, which is made when it is not there, and brings it up to date.
    ///
    /// - Parameters:
    ///   - path: the file.
    ///   - mostPages: how many pages it may have; nil for as many as the disk holds. For tests.
    ///   - commits: who is told of commit points.
    /// - Throws: ``JobDatabaseError`` for a file that is damaged, of another program or of a newer version, and what the
    ///   system refuses.
    init(path: String, mostPages: Int? = nil, commits: CommitObserver) throws {
        self.path = path
        self.commits = commits
        do {
            try Self.check(path)
            var configuration = Configuration()
            configuration.busyMode = .timeout(5)
            configuration.label = "jobs"
            configuration.prepareDatabase { database in
                if let mostPages { try database.execute(sql: "PRAGMA max_page_count = \(mostPages)") }
            }
            pool = try DatabasePool(path: path, configuration: configuration)
            try pool.writeWithoutTransaction { database in
                // GRDB leaves it at NORMAL, with which a power cut may take the last commits along.
                try database.execute(sql: "PRAGMA synchronous = FULL")
                try database.execute(sql: "PRAGMA application_id = \(JobSchema.applicationID)")
            }
            try JobSchema.migrator.migrate(pool)
            try pool.writeWithoutTransaction { database in
                try database.execute(sql: "PRAGMA user_version = \(JobSchema.version)")
            }
        } catch let error as DatabaseError {
            throw JobDatabaseError(path, error)
        }
    }

    /// Looks at a file before anything is written to it.
    private static func check(_ path: String) throws {
        var information = stat()
        guard stat(path, &information) == 0, information.st_size > 0 else { return }
        // SQLite takes a single byte for a beginning.
        guard information.st_size >= headerByteCount else {
            throw JobDatabaseError(path, .foreign, "it is no database", remedy: "choose another folder with --data")
        }
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(5)
        try DatabaseQueue(path: path, configuration: configuration).read { database in
            let application = try Int32.fetchOne(database, sql: "PRAGMA application_id") ?? 0
            let version = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
            let tables = try Int.fetchOne(database, sql: "SELECT COUNT(*) FROM sqlite_master") ?? 0
            guard application == JobSchema.applicationID || (application == 0 && tables == 0) else {
                throw JobDatabaseError(
                    path, .foreign, "it is a database of another program",
                    remedy: "choose another folder with --data")
            }
            guard version <= JobSchema.version else {
                throw JobDatabaseError(
                    path, .newer,
                    "it has the format \(version), and this version of apldm knows those up to \(JobSchema.version)",
                    remedy: "use the version of apldm that wrote it, or a newer one")
            }
            let verdict = try String.fetchOne(database, sql: "PRAGMA quick_check(1)") ?? "no answer"
            guard verdict == "ok" else {
                throw JobDatabaseError(
                    path, .damaged, "it is damaged: \(verdict.prefix(200))",
                    remedy: "go back to a backup (see ops/README.md), or move it away to begin anew")
            }
        }
    }

    /// Ends all work with the file.
    func close() throws { try pool.close() }

    /// Reads.
    func read<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
        try await translated {
            try await withCheckedThrowingContinuation { continuation in
                pool.asyncRead { database in
                    continuation.resume(with: Result { try body(database.get()) })
                }
            }
        }
    }

    /// Writes in one transaction, and does something about it before anybody else writes.
    ///
    /// - Parameters:
    ///   - points: reached before and after the commit.
    ///   - body: what is written.
    ///   - done: what follows from it in memory, after the commit.
    /// - Returns: what `body` returns.
    /// - Throws: what `body` throws and what SQLite refuses; nothing is written then.
    func write<Value: Sendable>(
        _ points: (written: CommitPoint, committed: CommitPoint)? = nil,
        _ body: @escaping @Sendable (Database) throws -> Value, done: @escaping @Sendable (Value) -> Void = { _ in }
    ) async throws -> Value {
        try await translated {
            try await withCheckedThrowingContinuation { continuation in
                // Unlike `write`, this is not broken off when the task is cancelled: a job's end counts most then.
                pool.asyncWriteWithoutTransaction { database in
                    continuation.resume(
                        with: Result {
                            var value: Value?
                            try database.inTransaction(.immediate) {
                                value = try body(database)
                                if let points { commits.reached(points.written) }
                                return .commit
                            }
                            guard let value else { throw DatabaseError(message: "nothing was written") }
                            if let points { commits.reached(points.committed) }
                            done(value)
                            return value
                        })
                }
            }
        }
    }

    /// Writes in one transaction after all that was written before, without anybody waiting for it.
    func enqueue(
        failed: @escaping @Sendable (any Error) -> Void, _ body: @escaping @Sendable (Database) throws -> Void
    ) {
        pool.asyncWriteWithoutTransaction { database in
            do {
                try database.inTransaction(.immediate) {
                    try body(database)
                    return .commit
                }
            } catch {
                failed(error)
            }
        }
    }

    private func translated<Value>(_ body: () async throws -> Value) async throws -> Value {
        do {
            return try await body()
        } catch let error as DatabaseError {
            if error.isDiskFull { throw JobError.diskFull }
            throw JobDatabaseError(path, error)
        }
    }
}

extension DatabaseError {
    fileprivate var isDiskFull: Bool {
        resultCode == .SQLITE_FULL
    }
}

extension JobDatabaseError {
    /// What SQLite refuses.
    fileprivate init(_ path: String, _ error: DatabaseError) {
        let text = error.message ?? "\(error)"
        switch error.resultCode {
        case .SQLITE_NOTADB:
            self.init(path, .foreign, "it is no database", remedy: "choose another folder with --data")
        case .SQLITE_CORRUPT:
            self.init(
                path, .damaged, "it is damaged: \(text)",
                remedy: "go back to a backup (see ops/README.md), or move it away to begin anew")
        case .SQLITE_FULL:
            self.init(path, .system(code: ENOSPC), "there is no room for it: \(text)", remedy: "make room on its disk")
        case .SQLITE_READONLY, .SQLITE_CANTOPEN, .SQLITE_PERM:
            self.init(
                path, .system(code: EACCES), "it cannot be written: \(text)",
                remedy: "choose a folder that you may write to with --data")
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            self.init(path, .locked, "another program holds it: \(text)", remedy: "end that one")
        default: self.init(path, .system(code: 0), "it cannot be used: \(text)", remedy: "check its disk")
        }
    }
}
