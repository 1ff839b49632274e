/// A picture to ask for; what is nil is left to the coordinator.
public struct PictureOrder: Sendable, Hashable, Encodable {
    /// What to draw.
    public var prompt: String
    /// What to lead away from.
    public var negativePrompt: String?
    /// In pixels.
    public var width: Int?
    /// In pixels.
    public var height: Int?
    /// What the random numbers start from.
    public var seed: UInt64?
    /// Sampling steps of stage one.
    public var steps: Int?
    /// Classifier-free guidance.
    public var guidanceScale: Double?
    /// How to get to the size.
    public var method: String?
    /// Which sampler.
    public var sampler: String?
    /// Whose it is.
    public var owner: String?
    /// Among the owner's jobs, the higher first.
    public var priority: Int?

    private enum CodingKeys: String, CodingKey {
        case prompt, width, height, seed, steps, method, sampler, owner, priority
        case negativePrompt = "negative_prompt"
        case guidanceScale = "guidance_scale"
    }

    /// - Parameter prompt: what to draw.
    public init(prompt: String) { self.prompt = prompt }
}

/// A job as a coordinator tells of it.
public struct RemoteJob: Sendable, Hashable, Codable {
    /// The outcome.
    public struct Picture: Sendable, Hashable, Codable {
        /// Where it is, below the server.
        public let url: String
        /// The SHA-256 of its pixels.
        public let digest: String
    }

    /// 1 and up.
    public let id: UInt64
    /// How far it has come.
    public let state: String
    /// The share that is done, 0...1.
    public let progress: Double
    /// Whose it is.
    public let owner: String
    /// Among the owner's jobs, the higher first.
    public let priority: Int
    /// What is drawn.
    public let prompt: String
    /// In pixels.
    public let width: Int
    /// In pixels.
    public let height: Int
    /// What the random numbers started from.
    public let seed: UInt64
    /// When it was taken in.
    public let submittedAt: String
    /// When its rendering began.
    public let startedAt: String?
    /// When it ended.
    public let endedAt: String?
    /// Why it was given up.
    public let error: String?
    /// The outcome.
    public let picture: Picture?

    /// Whether nothing happens to it any more.
    public var isEnded: Bool { ["finished", "failed", "cancelled"].contains(state) }

    private enum CodingKeys: String, CodingKey {
        case id, state, progress, owner, priority, prompt, width, height, seed, error, picture
        case submittedAt = "submitted_at"
        case startedAt = "started_at"
        case endedAt = "ended_at"
    }
}

/// Some jobs, and how many there are in each state.
public struct RemoteJobPage: Sendable, Hashable, Codable {
    /// The latest first.
    public let jobs: [RemoteJob]
    /// By state.
    public let counts: [String: Int]
}

/// A worker as a coordinator tells of it.
public struct RemoteWorker: Sendable, Hashable, Codable {
    /// What it is called.
    public let name: String
    /// What it does: available, drained or away.
    public let state: String
    /// Tasks that it has.
    public let tasks: Int
    /// Tasks whose result counted.
    public let completedTasks: Int

    private enum CodingKeys: String, CodingKey {
        case name, state, tasks
        case completedTasks = "completed_tasks"
    }
}

struct RemoteWorkerPage: Decodable {
    let workers: [RemoteWorker]
}

/// Something that happens to a job.
public enum JobNews: Sendable, Hashable {
    /// The job as it is now.
    case job(RemoteJob)
    /// So much of it is done, 0...1.
    case progress(Double)
    /// There is something new to see.
    case preview(stage: Int)
}
