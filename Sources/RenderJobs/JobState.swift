public import FoundationEssentials

/// How far a job has come.
public enum JobState: Sendable, Hashable {
    /// It waits for its turn.
    case queued
    /// It is being rendered.
    case running(since: Date)
    /// Its picture is written.
    case finished(JobPicture, since: Date, at: Date)
    /// It was given up.
    case failed(reason: String, at: Date)
    /// Somebody wanted it no more.
    case cancelled(at: Date)

    /// Whether nothing happens to it any more.
    public var isFinal: Bool {
        switch self {
        case .queued, .running: false
        case .finished, .failed, .cancelled: true
        }
    }

    /// Its name, as in selections.
    public var name: Name {
        switch self {
        case .queued: .queued
        case .running: .running
        case .finished: .finished
        case .failed: .failed
        case .cancelled: .cancelled
        }
    }

    /// The states by name.
    public enum Name: String, Sendable, Hashable, CaseIterable, Codable {
        /// It waits for its turn.
        case queued
        /// It is being rendered.
        case running
        /// Its picture is written.
        case finished
        /// It was given up.
        case failed
        /// Somebody wanted it no more.
        case cancelled
    }
}

/// The outcome of a job.
public struct JobPicture: Sendable, Hashable {
    /// The file's name in the folder of pictures.
    public var fileName: String
    /// The SHA-256 of its pixels, see `ImageDigest`.
    public var digest: String

    /// - Parameters:
    ///   - fileName: its name in the folder of pictures.
    ///   - digest: the SHA-256 of its pixels.
    public init(fileName: String, digest: String) {
        self.fileName = fileName
        self.digest = digest
    }
}

/// What happens to a job after its submission.
public enum JobChange: Sendable, Hashable {
    /// Its rendering begins.
    case began
    /// Its picture is written.
    case finished(JobPicture)
    /// It is given up.
    case failed(reason: String)
    /// Somebody wants it no more.
    case cancelled
    /// Its rendering was broken off and begins again later.
    case requeued
}

extension RenderJob {
    /// Lets something happen to the job.
    ///
    /// - Parameters:
    ///   - change: what happens.
    ///   - date: when.
    /// - Throws: ``JobError/impossible(_:_:_:)`` for what cannot happen in its state; it stays as it was.
    public mutating func apply(_ change: JobChange, at date: Date) throws(JobError) {
        switch (state, change) {
        case (.queued, .began): state = .running(since: date)
        case (.running(let since), .finished(let picture)): state = .finished(picture, since: since, at: date)
        case (.running, .failed(let reason)): state = .failed(reason: reason, at: date)
        case (.running, .requeued): state = .queued
        case (.queued, .cancelled), (.running, .cancelled): state = .cancelled(at: date)
        default: throw .impossible(id, change, state.name)
        }
    }
}
