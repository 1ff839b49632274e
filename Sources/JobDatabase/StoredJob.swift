import FoundationEssentials
import GRDB
import RenderJobs
import RenderPipeline
import Telemetry

/// A row of the table of jobs.
struct StoredJob: Codable, Sendable, FetchableRecord, MutablePersistableRecord {
    static let databaseTableName = "job"

    var id: Int64?
    var owner: String
    var priority: Int
    var request: String
    var state: String
    var submitted: Double
    /// When it began, or was paused.
    var since: Double?
    var ended: Double?
    var notBefore: Double?
    var failures = 0
    var interruptions = 0
    var reason: String?
    var pictureName: String?
    var pictureDigest: String?
    var pictureBytes: Int?
    /// The digest of the picture that it starts from.
    var initialPicture: String?
    var trace: String?

    mutating func didInsert(_ inserted: InsertionSuccess) { id = inserted.rowID }
}

extension StoredJob {
    /// A job that is taken in; its number is the database's to give.
    init(_ submission: JobSubmission, at date: Date) throws {
        owner = submission.owner
        priority = submission.priority
        request = try StoredRequest.text(submission.request)
        state = JobState.Name.queued.rawValue
        initialPicture = submission.request.initialPicture?.sha256
        trace = submission.trace?.description
        submitted = date.timeIntervalSince1970
    }

    /// Takes over what may change.
    mutating func update(_ job: RenderJob) {
        state = job.state.name.rawValue
        (failures, interruptions) = (job.failures, job.interruptions)
        notBefore = job.notBefore?.timeIntervalSince1970
        (since, ended, reason) = (nil, nil, nil)
        (pictureName, pictureDigest, pictureBytes) = (nil, nil, nil)
        switch job.state {
        case .queued: break
        case .running(let date), .paused(let date): since = date.timeIntervalSince1970
        case .finished(let picture, let start, let end):
            (since, ended) = (start.timeIntervalSince1970, end.timeIntervalSince1970)
            (pictureName, pictureDigest, pictureBytes) = (picture.fileName, picture.digest, picture.byteCount)
        case .failed(let text, let date): (reason, ended) = (text, date.timeIntervalSince1970)
        case .cancelled(let date): ended = date.timeIntervalSince1970
        }
    }

    /// The job.
    ///
    /// - Throws: ``JobDatabaseError`` for a row that this program has not written.
    func job(path: String) throws -> RenderJob {
        guard let id, id > 0, let name = JobState.Name(rawValue: state) else {
            throw fault(path, "its state '\(state.prefix(40))' is unknown")
        }
        let submission: JobSubmission
        do {
            submission = try JobSubmission(
                try StoredRequest.request(request), owner: owner, priority: priority,
                trace: trace.flatMap { TraceID($0) })
        } catch {
            throw fault(path, "\(error)")
        }
        guard let jobState = jobState(name) else { throw fault(path, "it is \(state) without what belongs to that") }
        return RenderJob(
            id: RenderJob.ID(UInt64(id)), submission, submitted: Date(timeIntervalSince1970: submitted),
            state: jobState, failures: failures, interruptions: interruptions,
            notBefore: notBefore.map(Date.init(timeIntervalSince1970:)))
    }

    private func jobState(_ name: JobState.Name) -> JobState? {
        let start = since.map(Date.init(timeIntervalSince1970:))
        let end = ended.map(Date.init(timeIntervalSince1970:))
        switch (name, start, end) {
        case (.queued, _, _): return .queued
        case (.running, let start?, _): return .running(since: start)
        case (.paused, let start?, _): return .paused(since: start)
        case (.finished, let start?, let end?):
            guard let pictureName, let pictureDigest else { return nil }
            return .finished(
                JobPicture(fileName: pictureName, digest: pictureDigest, byteCount: pictureBytes ?? 0), since: start,
                at: end)
        case (.failed, _, let end?): return .failed(reason: reason ?? "", at: end)
        case (.cancelled, _, let end?): return .cancelled(at: end)
        default: return nil
        }
    }

    private func fault(_ path: String, _ problem: String) -> JobDatabaseError {
        JobDatabaseError(
            path, .damaged, "job \(id ?? 0) cannot be read: \(problem)",
            remedy: "go back to a backup, or use the version of apldm that wrote it")
    }
}
