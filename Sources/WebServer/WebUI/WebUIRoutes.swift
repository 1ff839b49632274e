import DiffusionModels
import FoundationEssentials
import Hummingbird
import RenderJobs
import RenderPipeline
import Synchronization

/// The part of AUTOMATIC1111's interface that common clients use.
struct WebUIRoutes {
    let orders: PictureOrders
    let model: ServedModel
    let inputs: InputPictures
    /// The most bytes of a body with a picture.
    let largestUpload: Int
    let previews: JobPreviews
    private let session = WebUISession()

    init(
        orders: PictureOrders, model: ServedModel, inputs: InputPictures, largestUpload: Int, previews: JobPreviews
    ) {
        self.orders = orders
        self.model = model
        self.inputs = inputs
        self.largestUpload = largestUpload
        self.previews = previews
    }

    func add(to group: RouterGroup<RequestContext>) {
        group.post("txt2img") { request, context in
            try await render(request, context, upTo: RequestContext.mostBytes) { _ in nil }
        }
        group.post("img2img") { request, context in
            try await render(request, context, upTo: largestUpload) { fields in
                do {
                    return try inputs.keep(try WebUIRequest.initialImage(fields))
                } catch let error as ImageFileError {
                    throw RequestError(option: "init_images", problem: error.problem, remedy: error.remedy)
                }
            }
        }
        group.get("progress", use: progress)
        group.post("interrupt", use: interrupt)
        WebUISettingsRoutes(model: model).add(to: group)
    }

    private func render(
        _ request: Request, _ context: RequestContext, upTo limit: Int,
        _ picture: @escaping @Sendable (WebUIFields) throws -> InitialPicture?
    ) async throws -> Response {
        try await orders.serving(request, context, upTo: limit) { bytes in
            let fields = try RequestContext.decode(WebUIFields.self, bytes)
            let wanted = try WebUIRequest(fields, model: model, enlarging: try picture(fields))
            let owner = context.caller.owner
            let submissions = try wanted.submissions(owner: owner, trace: context.trace)
            let outcomes = try await carryOut(submissions, of: owner)
            let answer = try WebUIPictures(
                outcomes, of: wanted, fields, model: model, sendsImages: fields["send_images"] != .bool(false))
            return try JSONBody(answer).response(from: request, context: context)
        }
    }

    /// Lets progress and interruption be asked for while pictures are waited for.
    private func carryOut(_ submissions: [JobSubmission], of owner: String) async throws -> [PictureOrders.Outcome] {
        let jobs = Mutex<Set<RenderJob.ID>>([])
        defer { session.end(jobs.withLock { $0 }, of: owner) }
        return try await orders.render(submissions) { ids in
            jobs.withLock { $0 = Set(ids) }
            session.begin(ids, of: owner)
        }
    }

    @Sendable private func progress(
        _ request: Request, _ context: RequestContext
    ) async throws -> JSONBody<WebUIProgress> {
        let ids = session.jobs(of: context.caller.owner)
        var shares: [Double] = []
        var steps = 0
        for id in ids {
            guard let job = try await orders.runner.job(id) else { continue }
            shares.append(job.state.isFinal ? 1 : orders.runner.progress(of: id) ?? 0)
            steps += job.request.steps
        }
        let share = shares.isEmpty ? 0 : shares.reduce(0, +) / Double(shares.count)
        let wantsImage = request.uri.queryParameters["skip_current_image"].map { $0 != "true" } ?? true
        let image = wantsImage ? ids.lazy.compactMap { previews[$0] }.first : nil
        return JSONBody(
            WebUIProgress(
                progress: share, etaRelative: 0,
                state: WebUIProgress.State(
                    job: ids.first.map { "job \($0)" } ?? "", jobCount: ids.count,
                    samplingStep: Int(share * Double(steps)), samplingSteps: steps),
                currentImage: image.map { Data($0.png).base64EncodedString() }))
    }

    @Sendable private func interrupt(
        _ request: Request, _ context: RequestContext
    ) async throws -> JSONBody<[String: String]> {
        for id in session.jobs(of: context.caller.owner) { _ = try? await orders.runner.cancel(id) }
        return JSONBody([:])
    }
}
