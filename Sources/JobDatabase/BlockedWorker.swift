public import FoundationEssentials
import GRDB

/// A worker that gets nothing, as it is remembered from one start of the program to the next.
public struct BlockedWorker: Sendable, Hashable {
    /// What it is called.
    public var name: String
    /// Whether it gets nothing until somebody says otherwise.
    public var isHeld: Bool
    /// Until when it gets nothing because it failed too often; nil when it did not.
    public var setAsideUntil: Date?
    /// How often it was set aside without a success since.
    public var timesSetAside: Int

    /// - Parameters:
    ///   - name: what it is called.
    ///   - isHeld: whether it gets nothing until somebody says otherwise.
    ///   - setAsideUntil: until when it gets nothing because it failed too often.
    ///   - timesSetAside: how often it was set aside without a success since.
    public init(name: String, isHeld: Bool, setAsideUntil: Date? = nil, timesSetAside: Int = 0) {
        self.name = name
        self.isHeld = isHeld
        self.setAsideUntil = setAsideUntil
        self.timesSetAside = timesSetAside
    }

    fileprivate init(_ row: Row) {
        self.init(
            name: row["name"], isHeld: row["isHeld"],
            setAsideUntil: (row["setAsideUntil"] as Double?).map(Date.init(timeIntervalSince1970:)),
            timesSetAside: max(0, row["timesSetAside"]))
    }

    fileprivate func write(_ sqlite: Database) throws {
        guard isHeld || setAsideUntil != nil else {
            return try sqlite.execute(sql: "DELETE FROM blockedWorker WHERE name = ?", arguments: [name])
        }
        try sqlite.execute(
            sql: """
                INSERT OR REPLACE INTO blockedWorker (name, isHeld, setAsideUntil, timesSetAside) VALUES (?, ?, ?, ?)
                """,
            arguments: [name, isHeld, setAsideUntil?.timeIntervalSince1970, timesSetAside])
    }
}

extension DatabaseJobStore {
    /// Remembers how a worker stands; one that is neither held nor set aside is forgotten.
    ///
    /// Returns at once. What is noted one after the other is written in this order.
    ///
    /// - Parameters:
    ///   - worker: how it stands now.
    ///   - failed: called when it could not be written.
    public func note(_ worker: BlockedWorker, failed: @escaping @Sendable (any Error) -> Void) {
        database.enqueue(failed: failed) { try worker.write($0) }
    }

    /// Waits until everything is on the disk that was noted before.
    public func settle() async throws { try await database.write { _ in () } }

    /// The workers that still get nothing, by name.
    public func blockedWorkers() async throws -> [BlockedWorker] {
        let date = now().timeIntervalSince1970
        return try await database.write { sqlite in
            try sqlite.execute(
                sql: "UPDATE blockedWorker SET setAsideUntil = NULL WHERE setAsideUntil <= ?", arguments: [date])
            try sqlite.execute(sql: "DELETE FROM blockedWorker WHERE NOT isHeld AND setAsideUntil IS NULL")
            return try Row.fetchAll(sqlite, sql: "SELECT * FROM blockedWorker ORDER BY name").map(BlockedWorker.init)
        }
    }
}
