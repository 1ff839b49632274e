import DiffusionModels
import FoundationEssentials
import RenderJobs
import RenderPipeline

/// Pictures as the web UI answers them.
struct WebUIPictures: Encodable {
    let images: [String]
    /// What was asked.
    let parameters: JSONValue
    /// JSON in a text, as clients expect it.
    let info: String

    private struct Info: Encodable {
        let prompt: String
        let allPrompts: [String]
        let negativePrompt: String
        let allNegativePrompts: [String]
        let seed: UInt64
        let allSeeds: [UInt64]
        let width: Int
        let height: Int
        let samplerName: String
        let cfgScale: Double
        let steps: Int
        let batchSize: Int
        let sdModelName: String
        let sdModelHash: String
        let infotexts: [String]
        let jobTimestamp = ""
        /// Ours: the jobs' numbers.
        let jobs: [UInt64]
    }

    init(
        _ outcomes: [PictureOrders.Outcome], of wanted: WebUIRequest, _ fields: WebUIFields, model: ServedModel,
        sendsImages: Bool
    ) throws {
        images = sendsImages ? outcomes.map { $0.png.base64EncodedString() } : []
        parameters = fields.echoed
        let request = wanted.request
        let prompts = outcomes.map(\.job.request.prompt)
        let negative = request.negativePrompt ?? ""
        let info = Info(
            prompt: request.prompt, allPrompts: prompts, negativePrompt: negative,
            allNegativePrompts: prompts.map { _ in negative }, seed: request.seed,
            allSeeds: outcomes.map(\.job.request.seed), width: request.size.width, height: request.size.height,
            samplerName: wanted.samplerName, cfgScale: request.guidanceScale, steps: request.steps,
            batchSize: outcomes.count, sdModelName: model.name, sdModelHash: String(model.sha256.prefix(10)),
            infotexts: outcomes.map { Self.text($0.job.request, wanted.samplerName) },
            jobs: outcomes.map(\.job.id.number))
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        self.info = String(decoding: try encoder.encode(info), as: UTF8.self)
    }

    /// In one text, as it stands in the picture, too.
    private static func text(_ request: RenderRequest, _ sampler: String) -> String {
        let negative = request.negativePrompt.map { "\nNegative prompt: \($0)" } ?? ""
        return request.prompt + negative
            + "\nSteps: \(request.steps), Sampler: \(sampler), CFG scale: \(request.guidanceScale), "
            + "Seed: \(request.seed), Size: \(request.size.width)x\(request.size.height)"
    }
}

/// How far what somebody waits for has come.
struct WebUIProgress: Encodable {
    struct State: Encodable {
        let skipped = false
        let interrupted = false
        let job: String
        let jobCount: Int
        let jobTimestamp = ""
        let jobNo = 0
        let samplingStep: Int
        let samplingSteps: Int

        private enum CodingKeys: String, CodingKey {
            case skipped, interrupted, job
            case jobCount = "job_count"
            case jobTimestamp = "job_timestamp"
            case jobNo = "job_no"
            case samplingStep = "sampling_step"
            case samplingSteps = "sampling_steps"
        }
    }

    /// 0...1; 0 when nothing is waited for.
    let progress: Double
    /// Seconds; 0 when it is not known.
    let etaRelative: Double
    let state: State
    /// PNG in base64; null before there is something to see.
    let currentImage: String?

    private enum CodingKeys: String, CodingKey {
        case progress, state
        case etaRelative = "eta_relative"
        case currentImage = "current_image"
        case textinfo
    }

    // Clients look for every key, also where there is no value.
    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(progress, forKey: .progress)
        try container.encode(etaRelative, forKey: .etaRelative)
        try container.encode(state, forKey: .state)
        try container.encode(currentImage, forKey: .currentImage)
        try container.encodeNil(forKey: .textinfo)
    }
}
