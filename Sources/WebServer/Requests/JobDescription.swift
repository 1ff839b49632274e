import FoundationEssentials
import RenderJobs
import RenderPipeline

/// A job as it is answered.
struct JobDescription: Encodable {
    let id: UInt64
    let state: JobState.Name
    /// The share that is done, 0...1.
    let progress: Double
    let owner: String
    let priority: Int
    let prompt: String
    let width: Int
    let height: Int
    let seed: UInt64
    let negativePrompt: String?
    let method: String
    let sampler: String
    let steps: Int
    let resampleSteps: Int?
    let guidanceScale: Double
    let guidanceRescale: Double
    let startPicture: StartPicture?
    let submittedAt: Date
    let startedAt: Date?
    let endedAt: Date?
    let error: String?
    let picture: Picture?

    /// What it enlarges.
    struct StartPicture: Encodable {
        /// The SHA-256 of its values, by which another job can ask for it.
        let digest: String
        let width: Int
        let height: Int
    }

    struct Picture: Encodable {
        /// Where it is, below this server.
        let url: String
        /// The SHA-256 of its pixels.
        let digest: String
    }

    private enum CodingKeys: String, CodingKey {
        case id, state, progress, owner, priority, prompt, width, height, seed, method, sampler, steps, error, picture
        case negativePrompt = "negative_prompt"
        case resampleSteps = "resample_steps"
        case guidanceScale = "guidance_scale"
        case guidanceRescale = "guidance_rescale"
        case startPicture = "start_picture"
        case submittedAt = "submitted_at"
        case startedAt = "started_at"
        case endedAt = "ended_at"
    }

    init(_ job: RenderJob, progress: Double?) {
        id = job.id.number
        state = job.state.name
        owner = job.owner
        priority = job.priority
        prompt = job.request.prompt
        width = job.request.size.width
        height = job.request.size.height
        seed = job.request.seed
        negativePrompt = job.request.negativePrompt
        method = job.request.method.rawValue
        sampler = job.request.sampler.rawValue
        steps = job.request.steps
        resampleSteps = job.request.resampleSteps
        guidanceScale = job.request.guidanceScale
        guidanceRescale = job.request.guidanceRescale
        startPicture = job.request.initialPicture.map {
            StartPicture(digest: $0.sha256, width: $0.size.width, height: $0.size.height)
        }
        submittedAt = job.submitted
        var (started, ended): (Date?, Date?) = (nil, nil)
        var failure: String?
        var finished: Picture?
        var share = progress ?? 0
        switch job.state {
        case .queued, .paused: break
        case .running(let since): started = since
        case .finished(let picture, let since, let date):
            (started, ended) = (since, date)
            finished = Picture(url: "/v1/jobs/\(job.id)/picture", digest: picture.digest)
            share = 1
        case .failed(let reason, let date): (failure, ended) = (reason, date)
        case .cancelled(let date): ended = date
        }
        self.progress = share
        startedAt = started
        endedAt = ended
        error = failure
        picture = finished
    }
}
