import Glibc
import Hummingbird
import RenderJobs
import RenderPipeline

/// The pictures of finished jobs, whole and small, and what running ones look like.
struct PictureRoutes {
    let runner: JobRunner
    let pictures: PictureFiles
    let previews: JobPreviews
    private let thumbnails = Thumbnails()
    private let files = FileIO()

    init(runner: JobRunner, pictures: PictureFiles, previews: JobPreviews) {
        self.runner = runner
        self.pictures = pictures
        self.previews = previews
    }

    func add(to group: RouterGroup<RequestContext>) {
        group.get(":id/picture", use: show)
        group.get(":id/thumbnail", use: thumbnail)
        group.get(":id/preview", use: preview)
    }

    @Sendable private func show(_ request: Request, _ context: RequestContext) async throws -> Response {
        let (id, picture) = try await finished(context)
        do {
            let body = try await files.loadFile(path: pictures.path(of: picture), context: context)
            return Response(
                status: .ok, headers: [.contentType: "image/png", .eTag: "\"\(picture.digest)\""], body: body)
        } catch let error as any HTTPResponseError where error.status == .notFound {
            throw Fault.pictureGone(id)
        }
    }

    @Sendable private func thumbnail(_ request: Request, _ context: RequestContext) async throws -> Response {
        let (id, picture) = try await finished(context)
        let tag = "\"\(picture.digest)-\(Thumbnails.longestEdge)\""
        let headers: HTTPFields = [.contentType: "image/png", .eTag: tag, .cacheControl: "private, no-cache"]
        if request.headers[.ifNoneMatch] == tag { return Response(status: .notModified, headers: headers) }
        do {
            let png = try await thumbnails.png(of: picture, at: pictures.path(of: picture))
            return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: png)))
        } catch let error as ImageFileError where error.reason == .system(code: ENOENT) {
            throw Fault.pictureGone(id)
        }
    }

    private func finished(_ context: RequestContext) async throws -> (RenderJob.ID, JobPicture) {
        let id = try RenderJob.ID(context)
        return (id, try await runner.known(id).finishedPicture)
    }

    @Sendable private func preview(_ request: Request, _ context: RequestContext) async throws -> Response {
        let id = try RenderJob.ID(context)
        let job = try await runner.known(id)
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
