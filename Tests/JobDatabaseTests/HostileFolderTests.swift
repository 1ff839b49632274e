import Foundation
import GRDB
import JobDatabase
import RenderJobs
import RenderPipeline
import TestSupport
import Testing

/// Folders and databases that cannot be used, and a disk that is full.
struct HostileFolderTests {
    private let folder: TestFolder
    private let submission: JobSubmission

    init() throws {
        folder = try TestFolder()
        submission = try JobSubmission(RenderRequest(prompt: "a lake", size: Extent(height: 64, width: 64)))
    }

    private var database: URL { URL(filePath: folder.path + "/jobs.sqlite") }

    private func open() async throws -> DatabaseJobStore { try await DatabaseJobStore(DataFolder(path: folder.path)) }

    /// Makes a database with some hundred jobs.
    private func fill() async throws {
        let store = try await open()
        for _ in 0..<300 { _ = try await store.add(submission) }
        try store.close()
    }

    private func expectRefusal(_ reason: JobDatabaseError.Reason) async {
        do {
            _ = try await open()
            Issue.record("it was opened")
        } catch let error as JobDatabaseError {
            #expect(error.reason == reason, "\(error)")
            #expect(error.path.hasPrefix(folder.path) && !error.remedy.isEmpty)
        } catch {
            Issue.record("\(error)")
        }
    }

    @Test func aSecondProgramIsKeptOutAsLongAsTheFirstLives() async throws {
        do {
            let first = try await open()
            await expectRefusal(.locked)
            try first.close()
        }
        _ = try await open()
    }

    @Test(arguments: [1, 15, 16, 100, 5000]) func garbageIsNoDatabase(count: Int) async throws {
        try Data((0..<count).map { UInt8(truncatingIfNeeded: $0 * 37 + 11) }).write(to: database)
        await expectRefusal(.foreign)
        // It is still there for whoever knows what it is.
        #expect(try Data(contentsOf: database).count == count)
    }

    @Test func anEmptyFileIsABeginning() async throws {
        try Data().write(to: database)
        #expect(try await open().add(submission).id.number == 1)
    }

    @Test func theDatabaseOfAnotherProgramIsLeftAlone() async throws {
        try await DatabaseQueue(path: database.path).write { try $0.execute(sql: "CREATE TABLE song (id INTEGER)") }
        let before = try Data(contentsOf: database)
        await expectRefusal(.foreign)
        #expect(try Data(contentsOf: database) == before)
    }

    @Test func aNewerVersionsDatabaseIsLeftAlone() async throws {
        try await fill()
        try await DatabaseQueue(path: database.path).writeWithoutTransaction {
            try $0.execute(sql: "PRAGMA user_version = 99")
        }
        await expectRefusal(.newer)
    }

    @Test(arguments: [0.3, 0.6, 0.95]) func aTruncatedDatabaseIsRefused(share: Double) async throws {
        try await fill()
        let data = try Data(contentsOf: database)
        try #require(data.count > 50_000)
        try data.prefix(Int(Double(data.count) * share) / 4096 * 4096).write(to: database)
        await expectRefusal(.damaged)
    }

    @Test func pagesThatWereOverwrittenAreRefused() async throws {
        try await fill()
        var data = try Data(contentsOf: database)
        data.replaceSubrange(8192..<40_960, with: Data(repeating: 0xAB, count: 32_768))
        try data.write(to: database)
        await expectRefusal(.damaged)
    }

    @Test(arguments: ["/proc/apldm", "/dev/null/apldm"]) func aFolderThatCannotBeMadeIsNamed(path: String) {
        do throws(JobDatabaseError) {
            _ = try DataFolder(path: path)
            Issue.record("it was opened")
        } catch {
            guard case .system = error.reason else {
                Issue.record("\(error)")
                return
            }
            #expect(error.path.hasPrefix(path) && error.remedy.contains("--data"))
        }
    }

    @Test func aRowThatNobodyWroteIsRefusedWithItsNumber() async throws {
        try await fill()
        try await DatabaseQueue(path: database.path).writeWithoutTransaction {
            try $0.execute(sql: "UPDATE job SET request = '{\"prompt\":1}' WHERE id = 7")
        }
        do {
            _ = try await open()
            Issue.record("it was opened")
        } catch let error as JobDatabaseError {
            #expect(error.reason == .damaged && error.problem.contains("job 7"))
        }
    }

    @Test func aFullDiskRefusesNewJobsAndLosesNone() async throws {
        var accepted: [RenderJob.ID] = []
        do {
            let store = try await DatabaseJobStore(DataFolder(path: folder.path), mostPages: 40)
            await #expect(throws: JobError.diskFull) {
                for _ in 0..<10_000 { accepted.append(try await store.add(submission).id) }
            }
            #expect(accepted.count > 10)
            #expect(try await store.counts()[.queued] == accepted.count)
            try store.close()
        }
        let store = try await open()
        #expect(try await store.jobs(JobSelection(limit: 1000)).map(\.id) == accepted.reversed())
        #expect(try await store.add(submission).id > accepted[accepted.count - 1])
    }

    @Test func belowTheReserveNoJobIsTakenIn() async throws {
        let store = try await DatabaseJobStore(DataFolder(path: folder.path), reserve: .max)
        await #expect(throws: JobError.diskFull) { _ = try await store.add(submission) }
        #expect(try await store.jobs(JobSelection()).isEmpty)
    }
}
