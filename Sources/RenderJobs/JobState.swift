public import FoundationEssentials

/// How far a job has come.
public enum JobState: Sendable, Hashable {
    /// It waits for its turn.
    case queued
    /// It is being rendered.
    case running(since: Date)
    /// Somebody holds it back, with what was rendered of it.
    case paused(since: Date)
    /// Its picture is written.
    case finished(JobPicture, since: Date, at: Date)
    /// It was given up.
    case failed(reason: String, at: Date)
    /// Somebody wanted it no more.
    case cancelled(at: Date)

    /// Whether nothing happens to it any more by itself.
    public var isFinal: Bool {
        switch self {
        case .queued, .running, .paused: false
        case .finished, .failed, .cancelled: true
        }
    }

    /// Its name, as in selections.
    public var name: Name {
        switch self {
        case .queued: .queued
        case .running: .running
        case .paused: .paused
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
        /// Somebody holds it back.
        case paused
        /// Its picture is written.
        case finished
        /// It was given up.
        case failed
        /// Somebody wanted it no more.
        case cancelled
    }
}
