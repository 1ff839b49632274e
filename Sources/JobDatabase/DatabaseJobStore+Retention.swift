import FoundationEssentials
import GRDB
public import RenderJobs

extension DatabaseJobStore {
    /// Jobs that go in one transaction, so that nobody waits long for his own.
    private static let stride = 200

    /// Forgets ended jobs that are kept no longer, and removes their pictures.
    ///
    /// A picture goes before its job: when the program ends in between, the job has lost its picture and goes the next
    /// time, and no picture is left that nobody knows of.
    ///
    /// - Parameters:
    ///   - policy: what is kept.
    ///   - remove: removes a picture; one that is not there any more is none of its problems.
    /// - Returns: how many jobs were forgotten.
    /// - Throws: what the database refuses.
    @discardableResult
    public func retain(
        _ policy: RetentionPolicy, removing remove: @escaping @Sendable (JobPicture) -> Void
    ) async throws -> Int {
        var count = 0
        while true {
            let expired = try await expired(policy)
            guard !expired.isEmpty else { return count }
            for job in expired { if case .finished(let picture, _, _) = job.state { remove(picture) } }
            try await forget(expired)
            count += expired.count
        }
    }

    /// The digests of all pictures that jobs start from.
    public func initialPictures() async throws -> Set<String> {
        try await database.read { sqlite in
            try String.fetchSet(
                sqlite, sql: "SELECT DISTINCT initialPicture FROM job WHERE initialPicture IS NOT NULL")
        }
    }

    private func expired(_ policy: RetentionPolicy) async throws -> [RenderJob] {
        let oldest = policy.days.map { now().timeIntervalSince1970 - $0 * 86_400 }
        return try await database.read { [path = database.path] sqlite in
            // The latest are counted from the top: their number, and the bytes of all up to each of them.
            try StoredJob.fetchAll(
                sqlite,
                sql: """
                    SELECT job.* FROM job JOIN (
                        SELECT id, ROW_NUMBER() OVER latest AS place,
                               SUM(COALESCE(pictureBytes, 0)) OVER latest AS bytes
                        FROM job WHERE ended IS NOT NULL WINDOW latest AS (ORDER BY ended DESC, id DESC)
                    ) AS kept USING (id)
                    WHERE kept.place > ? OR kept.bytes > ? OR job.ended < ?
                    ORDER BY job.ended, job.id LIMIT ?
                    """,
                arguments: [policy.mostJobs, policy.mostBytes ?? .max, oldest ?? -.infinity, Self.stride]
            ).map { try $0.job(path: path) }
        }
    }

    private func forget(_ jobs: [RenderJob]) async throws {
        let numbers = jobs.map { Int64(clamping: $0.id.number) }
        // One that was retried meanwhile has no end any more, and stays.
        let gone = try await database.write { sqlite in
            var gone: Set<Int64> = []
            for number in numbers {
                try sqlite.execute(
                    sql: "DELETE FROM job WHERE id = ? AND ended IS NOT NULL", arguments: [number])
                if sqlite.changesCount == 1 { gone.insert(number) }
            }
            return gone
        }
        forgot(jobs.filter { gone.contains(Int64(clamping: $0.id.number)) })
    }
}
