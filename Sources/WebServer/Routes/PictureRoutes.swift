import Hummingbird
import RenderJobs

/// The pictures of finished jobs, and what running ones look like.
struct PictureRoutes {
    let runner: JobRunner
    let pictures: PictureFiles
    let previews: JobPreviews
    private let files = FileIO()

    init(runner: JobRunner, pictures: PictureFiles, previews: JobPreviews) {
        self.runner = runner
        self.pictures = pictures
        self.previews = previews
    }

    func add(to group: RouterGroup<RequestContext>) {
        group.get(":id/picture", use: show)
        group.get(":id/preview", use: preview)
    }

    @Sendable private func show(_ request: Request, _ context: RequestContext) async throws -> Response {
        let id = try RenderJob.ID(context)
        guard let job = try await runner.job(id) else { throw JobError.unknown(id) }
        guard case .finished(let picture, _, _) = job.state else { throw Fault.noPicture(job) }
        do {
            let body = try await files.loadFile(path: pictures.path(of: picture), context: context)
            return Response(
                status: .ok, headers: [.contentType: "image/png", .eTag: "\"\(picture.digest)\""], body: body)
        } catch let error as any HTTPResponseError where error.status == .notFound {
            throw Fault.pictureGone(id)
        }
    }

    @Sendable private func preview(_ request: Request, _ context: RequestContext) async throws -> Response {
        let id = try RenderJob.ID(context)
        guard let job = try await runner.job(id) else { throw JobError.unknown(id) }
        guard let preview = previews[id] else {
            throw Fault(
                .conflict, code: "no_preview", "job \(id) is \(job.state.name.rawValue) and has no preview",
                remedy: "there is one from the end of its first stage to the end of its last")
        }
        return Response(
            status: .ok, headers: [.contentType: "image/png", .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: preview.png)))
    }
}
