import DiffusionModels
import FoundationEssentials
import RenderJobs
import RenderPipeline
import Telemetry

/// A picture as clients of AUTOMATIC1111's web UI ask for it.
///
/// Sizes are those of the result: AP-LDM makes it from a first stage at the model's own size, so that nothing is drawn
/// at `width` × `height` first. With `enable_hr` the result has the size of the high-resolution fix.
struct WebUIRequest {
    /// Of the result.
    private(set) var request: RenderRequest
    private let count: Int
    let samplerName: String

    /// - Parameters:
    ///   - fields: what was sent.
    ///   - model: the only model there is.
    ///   - picture: what `img2img` enlarges; nil for `txt2img`.
    /// - Throws: `RequestError` naming the field that is at fault.
    init(_ fields: WebUIFields, model: ServedModel, enlarging picture: InitialPicture? = nil) throws(RequestError) {
        try fields.requirePossible(model)
        // Older clients have the other name.
        let older = try fields.text("sampler_index")
        let name = try fields.text("sampler_name") ?? older
        let sampler = try WebUISampler.settings(sampler: name, schedule: try fields.text("scheduler"))
        samplerName = WebUISampler.name(of: sampler.kind)
        let batch = try fields.whole("batch_size") ?? 1
        let iterations = try fields.whole("n_iter") ?? 1
        let counts = 1...PictureOrders.mostPictures
        guard counts.contains(batch), counts.contains(iterations), counts.contains(batch * iterations) else {
            throw RequestError(
                option: "batch_size, n_iter", problem: "\(batch) times \(iterations) pictures are not possible",
                remedy: "ask for 1 to \(PictureOrders.mostPictures) in all")
        }
        count = batch * iterations
        request = RenderRequest(
            prompt: try fields.text("prompt") ?? "", size: try Self.size(fields, enlarging: picture),
            seed: try Self.seed(fields))
        request.initialPicture = picture
        // The web UI has no picture without a negative prompt: none is an empty one.
        request.negativePrompt = try fields.text("negative_prompt")
        if request.negativePrompt?.isEmpty == true { request.negativePrompt = nil }
        request.steps = try fields.whole("steps") ?? request.steps
        request.guidanceScale = try fields.number("cfg_scale") ?? 7
        request.sampler = sampler.kind
        request.samplerOverrides = sampler.overrides
        if let steps = try fields.whole("hr_second_pass_steps"), steps > 0 { request.resampleSteps = steps }
    }

    /// −1 and nothing at all draw lots.
    private static func seed(_ fields: WebUIFields) throws(RequestError) -> UInt64 {
        guard let seed = try fields.whole("seed"), seed != -1 else { return RenderRequest.randomSeed() }
        guard let seed = UInt64(exactly: seed) else {
            throw RequestError(
                option: "seed", problem: "\(seed) is out of range", remedy: "use -1 for any, or 0 and up")
        }
        return seed
    }

    private static func size(
        _ fields: WebUIFields, enlarging picture: InitialPicture?
    ) throws(RequestError) -> Extent {
        let (width, height) = (try fields.whole("width"), try fields.whole("height"))
        if let picture { return picture.target(height: height, width: width) }
        let base = Extent(height: height ?? 512, width: width ?? 512)
        guard try fields.flag("enable_hr") else { return base }
        let (wide, high) = (try fields.whole("hr_resize_x") ?? 0, try fields.whole("hr_resize_y") ?? 0)
        if wide > 0, high > 0 { return Extent(height: high, width: wide) }
        let edges = 1...SizeSchedule.longestEdge
        guard edges.contains(base.height), edges.contains(base.width), wide >= 0, high >= 0 else { return base }
        var scale = try fields.number("hr_scale") ?? 2
        if wide > 0 { scale = Double(wide) / Double(base.width) }
        if high > 0 { scale = Double(high) / Double(base.height) }
        guard scale >= 1, scale <= 64 else {
            throw RequestError(option: "hr_scale", problem: "\(scale) is out of range", remedy: "use 1 to 64")
        }
        func scaled(_ edge: Int) -> Int { 8 * Int((Double(edge) * scale / 8).rounded()) }
        return Extent(height: scaled(base.height), width: scaled(base.width))
    }

    /// The jobs to be rendered, each with a seed of its own.
    func submissions(owner: String, trace: TraceID) throws(RequestError) -> [JobSubmission] {
        var submissions: [JobSubmission] = []
        for index in 0..<count {
            var request = request
            request.seed = request.seed &+ UInt64(index)
            submissions.append(try JobSubmission(request, owner: owner, trace: trace))
        }
        return submissions
    }

    /// The picture of `init_images`: one, in base64, with or without `data:image/png;base64,` before it.
    static func initialImage(_ fields: WebUIFields) throws(RequestError) -> Data {
        guard case .array(let images)? = fields["init_images"], images.count == 1,
            case .string(let text)? = images.first
        else {
            throw RequestError(
                option: "init_images", problem: "it is not one picture", remedy: "send an array of one PNG in base64")
        }
        let start = text.hasPrefix("data:") ? text.firstIndex(of: ",").map { text.index(after: $0) } : text.startIndex
        guard let start, let data = Data(base64Encoded: String(text[start...])) else {
            throw RequestError(
                option: "init_images", problem: "it is not base64", remedy: "send an array of one PNG in base64")
        }
        return data
    }
}
