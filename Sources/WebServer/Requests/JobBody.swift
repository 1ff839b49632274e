import DiffusionModels
import FoundationEssentials
import Hummingbird
import RenderJobs
import RenderPipeline

/// A picture as a client asks for it.
struct JobBody: Decodable {
    private enum Key: String, CodingKey, CaseIterable {
        case prompt
        case negativePrompt = "negative_prompt"
        case width, height, seed, steps, method, sampler, owner, priority
        case guidanceScale = "guidance_scale"
        case guidanceRescale = "guidance_rescale"
        case resampleSteps = "resample_steps"
        case startPicture = "start_picture"
    }

    private let request: RenderRequest
    private let startPicture: String?
    private let owner: String?
    private let priority: Int?

    /// Reads a body, which may come from anybody.
    ///
    /// - Parameters:
    ///   - request: what was sent.
    ///   - context: from whom.
    ///   - inputs: the pictures that it may start from.
    /// - Returns: what is asked for.
    /// - Throws: ``Fault`` for what is no JSON object or is asked for in another's name, `RequestError` naming the field
    ///   that is at fault.
    static func read(
        _ request: Request, _ context: RequestContext, from inputs: InputPictures
    ) async throws -> JobSubmission {
        let body = try await context.decode(Self.self, from: request)
        if let owner = body.owner, let name = context.caller.name, owner != name { try context.caller.require(.admin) }
        var wanted = body.request
        if let digest = body.startPicture {
            guard digest.isSHA256, let picture = try inputs.kept(digest) else {
                throw RequestError(
                    option: "start_picture", problem: "no such picture is here, or not any more",
                    remedy: "send it to /sdapi/v1/img2img")
            }
            wanted.initialPicture = picture
        }
        return try JobSubmission(
            wanted, owner: body.owner ?? context.caller.owner, priority: body.priority ?? 0,
            trace: context.trace)
    }

    init(from decoder: any Decoder) throws {
        try decoder.requireKnownFields(Key.allCases.map(\.rawValue))
        let values = try decoder.container(keyedBy: Key.self)
        func optional<Value: Decodable>(_ key: Key, _ type: Value.Type = Value.self) throws -> Value? {
            try values.value(type, key)
        }
        var request = RenderRequest(
            prompt: try values.decode(String.self, forKey: .prompt),
            size: Extent(height: try optional(.height) ?? 1024, width: try optional(.width) ?? 1024),
            seed: try optional(.seed) ?? RenderRequest.randomSeed())
        request.negativePrompt = try optional(.negativePrompt)
        request.steps = try optional(.steps) ?? request.steps
        request.resampleSteps = try optional(.resampleSteps)
        request.guidanceScale = try optional(.guidanceScale) ?? request.guidanceScale
        request.guidanceRescale = try optional(.guidanceRescale) ?? request.guidanceRescale
        if let name = try optional(.sampler, String.self) { request.sampler = try SamplerKind(option: name) }
        if let name = try optional(.method, String.self) {
            guard let method = MethodKind(rawValue: name) else {
                throw RequestError(
                    option: "method", problem: "there is no method '\(name)'",
                    remedy: "use " + MethodKind.allCases.map(\.rawValue).joined(separator: " or "))
            }
            request.method = method
        }
        self.request = request
        startPicture = try optional(.startPicture)
        owner = try optional(.owner)
        priority = try optional(.priority)
    }
}

extension RenderRequest {
    /// A seed for those who name none: one that every client can write.
    static func randomSeed() -> UInt64 { UInt64.random(in: 0...UInt64(UInt32.max)) }
}
