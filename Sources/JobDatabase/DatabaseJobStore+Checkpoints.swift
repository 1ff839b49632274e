import GRDB
public import RenderJobs
public import RenderPipeline

extension DatabaseJobStore {
    /// Where the checkpoints of a job are listed.
    ///
    /// - Parameter id: which job.
    /// - Returns: the list.
    public func checkpoints(of id: RenderJob.ID) -> any CheckpointList {
        StoredCheckpoints(job: Int64(clamping: id.number), database: database)
    }

    /// The jobs that may still go on from checkpoints.
    public func unfinishedJobs() async throws -> Set<RenderJob.ID> {
        try await database.read { sqlite in
            let numbers = try Int64.fetchAll(
                sqlite, sql: "SELECT id FROM job WHERE state IN ('queued', 'paused', 'running')")
            return Set(numbers.map { RenderJob.ID(UInt64(max(0, $0))) })
        }
    }
}

/// The rows of one job's checkpoints.
private struct StoredCheckpoints: CheckpointList {
    let job: Int64
    let database: JobDatabase

    func checkpoints() async throws -> [Checkpoint] {
        try await database.read { [job] sqlite in
            try Row.fetchAll(
                sqlite, sql: "SELECT place, sha256, bytes FROM checkpoint WHERE job = ? ORDER BY number",
                arguments: [job]
            ).compactMap { row in
                let digest: String = row["sha256"]
                // It becomes the name of a file.
                guard digest.utf8.count == 64, digest.utf8.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
                    let place = Checkpoint.Place(row["place"])
                else { return nil }
                return Checkpoint(place: place, sha256: digest, byteCount: row["bytes"])
            }
        }
    }

    func record(_ checkpoint: Checkpoint?, replacing old: [Checkpoint]) async throws {
        try await database.write((.checkpointRecorded, .checkpointCommitted)) { [job] sqlite in
            for gone in old + [checkpoint].compactMap(\.self) {
                try sqlite.execute(
                    sql: "DELETE FROM checkpoint WHERE job = ? AND place = ? AND sha256 = ?",
                    arguments: [job, gone.place.description, gone.sha256])
            }
            guard let checkpoint else { return }
            try sqlite.execute(
                sql: "INSERT INTO checkpoint (job, place, sha256, bytes) VALUES (?, ?, ?, ?)",
                arguments: [job, checkpoint.place.description, checkpoint.sha256, checkpoint.byteCount])
            // It gets on: whatever ended the program before was not there to stay.
            try sqlite.execute(
                sql: "UPDATE job SET interruptions = 0 WHERE id = ? AND interruptions > 0", arguments: [job])
        }
    }
}
