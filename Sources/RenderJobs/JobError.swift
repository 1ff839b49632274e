/// Why something cannot be done with jobs.
public enum JobError: Error, Hashable, Sendable, CustomStringConvertible {
    /// So many jobs wait already.
    case queueFull(limit: Int)
    /// Somebody has as many jobs waiting as one may have.
    case quotaExceeded(owner: String, limit: Int)
    /// There is too little room on the disk to promise anything.
    case diskFull
    /// There is no such job, or it ended so long ago that it is forgotten.
    case unknown(RenderJob.ID)
    /// This cannot happen to a job in that state.
    case impossible(RenderJob.ID, JobChange, JobState.Name)

    /// One line for a person.
    public var description: String {
        switch self {
        case .queueFull(let limit): "\(limit) jobs wait already; try again when some are done"
        case .quotaExceeded(let owner, let limit):
            "\(limit) jobs of '\(owner)' wait already; try again when some are done, or cancel some"
        case .diskFull: "the disk of the coordinator is nearly full; try again when there is room on it"
        case .unknown(let id): "there is no job \(id); it may have ended long ago"
        case .impossible(let id, let change, let state):
            "job \(id) is \(state.rawValue) and cannot be \(change.participle)"
        }
    }
}

extension JobChange {
    /// What a job has then been.
    fileprivate var participle: String {
        switch self {
        case .began: "begun"
        case .finished: "finished"
        case .failed: "given up"
        case .cancelled: "cancelled"
        case .paused: "paused"
        case .resumed: "resumed"
        case .requeued, .interrupted, .postponed: "queued again"
        case .retried: "retried"
        }
    }
}
