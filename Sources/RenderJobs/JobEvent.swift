/// News of a job.
public enum JobEvent: Sendable, Hashable {
    /// It was taken in, or something has happened to it; the job as it is now.
    case changed(RenderJob)
    /// So much of its rendering is done, 0...1.
    case progressed(RenderJob.ID, Double)

    /// Which job.
    public var job: RenderJob.ID {
        switch self {
        case .changed(let job): job.id
        case .progressed(let id, _): id
        }
    }
}
