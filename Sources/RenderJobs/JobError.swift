/// Why something cannot be done with jobs.
public enum JobError: Error, Hashable, Sendable, CustomStringConvertible {
    /// So many jobs wait already.
    case queueFull(limit: Int)
    /// There is no such job, or it ended so long ago that it is forgotten.
    case unknown(RenderJob.ID)
    /// This cannot happen to a job in that state.
    case impossible(RenderJob.ID, JobChange, JobState.Name)

    /// One line for a person.
    public var description: String {
        switch self {
        case .queueFull(let limit): "\(limit) jobs wait already; try again when some are done"
        case .unknown(let id): "there is no job \(id); it may have ended long ago"
        case .impossible(let id, .cancelled, let state): "job \(id) is \(state.rawValue) and cannot be cancelled"
        case .impossible(let id, let change, let state): "job \(id) is \(state.rawValue); \(change) has no place there"
        }
    }
}
