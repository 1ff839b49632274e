import Hummingbird
import RenderJobs

/// The pictures of finished jobs.
struct PictureRoutes {
    let runner: JobRunner
    /// Where they are.
    let folder: String
    private let files = FileIO()

    init(runner: JobRunner, folder: String) {
        self.runner = runner
        self.folder = folder
    }

    func add(to group: RouterGroup<RequestContext>) { group.get(":id/picture", use: show) }

    @Sendable private func show(_ request: Request, _ context: RequestContext) async throws -> Response {
        let id = try RenderJob.ID(context)
        guard let job = try await runner.job(id) else { throw JobError.unknown(id) }
        guard case .finished(let picture, _, _) = job.state else {
            throw Fault(
                .conflict, code: "wrong_state", "job \(id) is \(job.state.name.rawValue) and has no picture")
        }
        do {
            let body = try await files.loadFile(path: folder + "/" + picture.fileName, context: context)
            return Response(
                status: .ok, headers: [.contentType: "image/png", .eTag: "\"\(picture.digest)\""], body: body)
        } catch let error as any HTTPResponseError where error.status == .notFound {
            throw Fault(.gone, code: "picture_gone", "the picture of job \(id) was removed from its folder")
        }
    }
}
