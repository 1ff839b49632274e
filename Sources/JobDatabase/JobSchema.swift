import GRDB

/// The tables of the database and how they came to be. Migrations are only ever added.
enum JobSchema {
    /// `APLD`: what tells this program's databases from others.
    static let applicationID: Int32 = 0x4150_4C44

    /// How many migrations there are, which is the database's `user_version`.
    static var version: Int { migrator.migrations.count }

    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("jobs, checkpoints and starts") { database in
            try database.create(table: "job") { table in
                table.autoIncrementedPrimaryKey("id")
                table.column("owner", .text).notNull()
                table.column("priority", .integer).notNull()
                table.column("request", .text).notNull()
                table.column("state", .text).notNull()
                // Seconds since 1970.
                table.column("submitted", .double).notNull()
                table.column("since", .double)
                table.column("ended", .double)
                table.column("notBefore", .double)
                table.column("failures", .integer).notNull().defaults(to: 0)
                table.column("interruptions", .integer).notNull().defaults(to: 0)
                table.column("reason", .text)
                table.column("pictureName", .text)
                table.column("pictureDigest", .text)
                table.column("pictureBytes", .integer)
            }
            try database.create(index: "job_by_state", on: "job", columns: ["state", "id"])
            try database.create(index: "job_by_owner", on: "job", columns: ["owner", "id"])
            try database.create(
                index: "job_by_end", on: "job", columns: ["ended"], condition: Column("ended") != nil)
            try database.create(table: "checkpoint") { table in
                table.autoIncrementedPrimaryKey("number")
                table.column("job", .integer).notNull().references("job", onDelete: .cascade)
                table.column("place", .text).notNull()
                table.column("sha256", .text).notNull()
                table.column("bytes", .integer).notNull()
            }
            try database.create(index: "checkpoint_by_job", on: "checkpoint", columns: ["job", "number"])
            try database.create(table: "start") { table in
                table.primaryKey("epoch", .integer)
                table.column("at", .double).notNull()
                // Whether it was asked to end.
                table.column("ended", .boolean).notNull().defaults(to: false)
            }
        }
        migrator.registerMigration("traces and initial pictures of jobs") { database in
            try database.alter(table: "job") { table in
                table.add(column: "trace", .text)
                table.add(column: "initialPicture", .text)
            }
            try database.execute(
                sql: "UPDATE job SET initialPicture = json_extract(request, '$.initial_picture.sha256')")
            try database.create(
                index: "job_by_initial_picture", on: "job", columns: ["initialPicture"],
                condition: Column("initialPicture") != nil)
        }
        migrator.registerMigration("workers that get nothing") { database in
            try database.create(table: "blockedWorker") { table in
                table.primaryKey("name", .text)
                // Until somebody says otherwise.
                table.column("isHeld", .boolean).notNull()
                // Seconds since 1970.
                table.column("setAsideUntil", .double)
                table.column("timesSetAside", .integer).notNull()
            }
        }
        // With a hundred thousand jobs of a few owners, a list of those of one in one state read all of the owner's.
        migrator.registerMigration("jobs of an owner in a state") { database in
            try database.create(index: "job_by_owner_and_state", on: "job", columns: ["owner", "state", "id"])
        }
        return migrator
    }
}
