import FoundationEssentials
import GRDB
import RenderJobs

/// What a start of the program does with what an earlier one has left.
struct JobRecovery {
    let path: String
    let mostInterruptions: Int
    /// The last number that was given before there was this database.
    let lastJob: RenderJob.ID
    let date: Date

    init(path: String, mostInterruptions: Int, after lastJob: RenderJob.ID, at date: Date) {
        self.path = path
        self.mostInterruptions = mostInterruptions
        self.lastJob = lastJob
        self.date = date
    }

    /// Numbers this start, and queues again what was running at the end of the last one.
    ///
    /// - Returns: the number of this start.
    func run(_ sqlite: Database) throws -> UInt64 {
        let former = try Row.fetchOne(sqlite, sql: "SELECT epoch, ended FROM start ORDER BY epoch DESC LIMIT 1")
        // A clock that stands still or goes back makes no difference; with one that runs, the numbers of a database that
        // was restored from a backup are not those that workers may have heard already.
        let epoch = max((former?["epoch"] as Int64? ?? 0) + 1, Int64(max(0, date.timeIntervalSince1970)))
        try sqlite.execute(
            sql: "INSERT INTO start (epoch, at) VALUES (?, ?)", arguments: [epoch, date.timeIntervalSince1970])
        try sqlite.execute(
            sql: "DELETE FROM start WHERE epoch NOT IN (SELECT epoch FROM start ORDER BY epoch DESC LIMIT 100)")
        let last = Int64(clamping: lastJob.number)
        try sqlite.execute(
            sql: """
                INSERT INTO sqlite_sequence (name, seq)
                SELECT 'job', 0 WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = 'job')
                """)
        try sqlite.execute(
            sql: "UPDATE sqlite_sequence SET seq = max(seq, ?) WHERE name = 'job'", arguments: [last])
        let wasAskedToEnd = former?["ended"] as Bool? ?? false
        for var row in try StoredJob.filter(Column("state") == JobState.Name.running.rawValue).fetchAll(sqlite) {
            row.update(try recovered(try row.job(path: path), wasAskedToEnd))
            try row.update(sqlite)
            if row.state == JobState.Name.failed.rawValue {
                try sqlite.execute(sql: "DELETE FROM checkpoint WHERE job = ?", arguments: [row.id])
            }
        }
        return UInt64(epoch)
    }

    private func recovered(_ job: RenderJob, _ wasAskedToEnd: Bool) throws(JobError) -> RenderJob {
        var job = job
        guard !wasAskedToEnd else {
            try job.apply(.requeued, at: date)
            return job
        }
        if job.interruptions + 1 >= mostInterruptions {
            try job.apply(
                .failed(
                    reason: "the coordinator ended unexpectedly \(job.interruptions + 1) times while it was rendered"),
                at: date)
        } else {
            try job.apply(.interrupted, at: date)
        }
        return job
    }
}
