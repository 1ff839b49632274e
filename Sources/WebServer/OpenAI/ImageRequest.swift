import RenderJobs
import RenderPipeline
import Telemetry

/// What `POST /v1/images/generations` is asked: OpenAI's fields, and a few of ours that its clients send as
/// `extra_body`. What cannot be honoured is refused by name instead of being left out in silence.
struct ImageRequest: Decodable {
    /// How pictures come back.
    enum Format: String, Decodable {
        case url
        case base64 = "b64_json"
    }

    private enum Key: String, CodingKey, CaseIterable {
        case prompt, model, n, size, quality, style, user, background, moderation, stream, seed, steps
        case responseFormat = "response_format"
        case outputFormat = "output_format"
        case outputCompression = "output_compression"
        case partialImages = "partial_images"
        case negativePrompt = "negative_prompt"
        case guidanceScale = "guidance_scale"
    }

    /// Steps of stage one for each quality.
    private static let qualities = ["auto": 50, "standard": 50, "medium": 50, "low": 25, "hd": 100, "high": 100]

    let model: String?
    let format: Format
    private let count: Int
    private let request: RenderRequest
    private let seed: UInt64

    init(from decoder: any Decoder) throws {
        try decoder.requireKnownFields(Key.allCases.map(\.rawValue))
        let values = try decoder.container(keyedBy: Key.self)
        func text(_ key: Key) throws -> String? { try values.value(String.self, key) }
        func require(_ key: Key, oneOf names: [String]) throws {
            guard let name = try text(key), !names.contains(name) else { return }
            throw RequestError(
                option: key.rawValue, problem: "'\(name.prefix(100))' is not possible here",
                remedy: "use " + names.joined(separator: " or ") + ", or leave it out")
        }
        model = try text(.model)
        guard let format = Format(rawValue: try text(.responseFormat) ?? "url") else {
            throw RequestError(
                option: "response_format", problem: "there is no such format", remedy: "use url or b64_json")
        }
        self.format = format
        count = try values.value(Int.self, .n) ?? 1
        guard (1...PictureOrders.mostPictures).contains(count) else {
            throw RequestError(
                option: "n", problem: "\(count) is out of range", remedy: "use 1 to \(PictureOrders.mostPictures)")
        }
        let quality = try text(.quality) ?? "auto"
        guard let steps = Self.qualities[quality] else {
            throw RequestError(
                option: "quality", problem: "there is no quality '\(quality.prefix(100))'",
                remedy: "use " + Self.qualities.keys.sorted().joined(separator: ", "))
        }
        try require(.style, oneOf: ["natural"])
        try require(.background, oneOf: ["auto", "opaque"])
        try require(.outputFormat, oneOf: ["png"])
        try require(.moderation, oneOf: ["auto", "low"])
        if try values.value(Bool.self, .stream) == true {
            throw RequestError(
                option: "stream", problem: "answers come whole", remedy: "leave it out, or use /v1/jobs/{id}/events")
        }
        if let compression = try values.value(Int.self, .outputCompression), compression != 100 {
            throw RequestError(option: "output_compression", problem: "PNG loses nothing", remedy: "leave it out")
        }
        if let partial = try values.value(Int.self, .partialImages), partial != 0 {
            throw RequestError(option: "partial_images", problem: "answers come whole", remedy: "leave it out")
        }
        if let user = try text(.user), user.utf8.count > 1024 {
            throw RequestError(option: "user", problem: "it is too long", remedy: "use at most 1024 bytes")
        }
        seed = try values.value(UInt64.self, .seed) ?? RenderRequest.randomSeed()
        var request = RenderRequest(
            prompt: try values.decode(String.self, forKey: .prompt), size: try Self.size(try text(.size)))
        request.negativePrompt = try text(.negativePrompt)
        request.steps = try values.value(Int.self, .steps) ?? steps
        request.guidanceScale = try values.value(Double.self, .guidanceScale) ?? request.guidanceScale
        self.request = request
    }

    /// `WIDTHxHEIGHT`, or `auto` for a square of 1024.
    private static func size(_ text: String?) throws(RequestError) -> Extent {
        guard let text, text != "auto" else { return Extent(height: 1024, width: 1024) }
        let edges = text.prefix(32).split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
        guard edges.count == 2, let width = edges[0], let height = edges[1] else {
            throw RequestError(
                option: "size", problem: "'\(text.prefix(100))' is no size", remedy: "use for example 1024x1024")
        }
        return Extent(height: height, width: width)
    }

    /// The jobs to be rendered, each with a seed of its own.
    func submissions(owner: String, trace: TraceID) throws(RequestError) -> [JobSubmission] {
        var submissions: [JobSubmission] = []
        for index in 0..<count {
            var request = request
            request.seed = seed &+ UInt64(index)
            submissions.append(try JobSubmission(request, owner: owner, trace: trace))
        }
        return submissions
    }
}
