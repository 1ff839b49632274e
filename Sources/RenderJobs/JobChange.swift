public import FoundationEssentials

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
    /// Its rendering was broken off and goes on later.
    case requeued
    /// The program ended unexpectedly while it was rendered; it goes on, or has happened too often.
    case interrupted
    /// Its rendering failed for a reason that may pass; it is tried again then, not before.
    case postponed(reason: String, until: Date)
    /// Somebody holds it back.
    case paused
    /// Somebody lets a paused job go on.
    case resumed
    /// Somebody wants a job that failed or was cancelled after all.
    case retried
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
        case (.queued, .began):
            state = .running(since: date)
            notBefore = nil
        case (.running(let since), .finished(let picture)): state = .finished(picture, since: since, at: date)
        case (.running, .failed(let reason)): state = .failed(reason: reason, at: date)
        case (.running, .requeued): state = .queued
        case (.running, .interrupted):
            interruptions += 1
            state = .queued
        case (.running, .postponed(_, let moment)):
            failures += 1
            notBefore = moment
            state = .queued
        case (.queued, .paused), (.running, .paused): state = .paused(since: date)
        case (.paused, .resumed):
            notBefore = nil
            state = .queued
        case (.failed, .retried), (.cancelled, .retried):
            (failures, interruptions, notBefore) = (0, 0, nil)
            state = .queued
        case (.queued, .cancelled), (.running, .cancelled), (.paused, .cancelled): state = .cancelled(at: date)
        default: throw .impossible(id, change, state.name)
        }
    }
}
