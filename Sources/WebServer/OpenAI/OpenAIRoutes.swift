import FoundationEssentials
import Hummingbird
import RenderJobs

/// The part of OpenAI's interface that makes pictures.
struct OpenAIRoutes {
    let orders: PictureOrders
    let model: ServedModel

    func add(to group: RouterGroup<RequestContext>) {
        group.post("images/generations", use: generate)
        group.get("models") { _, _ in JSONBody(ModelList(data: [ModelObject(id: model.name)])) }
        group.get("models/:id") { _, context in
            let id = context.parameters.get("id") ?? ""
            guard id == model.name else { throw unknown(id) }
            return JSONBody(ModelObject(id: model.name))
        }
    }

    private struct ModelObject: Encodable {
        let id: String
        let object = "model"
        let created = 0
        let ownedBy = "apldm"

        private enum CodingKeys: String, CodingKey {
            case id, object, created
            case ownedBy = "owned_by"
        }
    }

    private struct ModelList: Encodable {
        let object = "list"
        let data: [ModelObject]
    }

    private struct Images: Encodable {
        struct Image: Encodable {
            var url: String?
            var base64: String?

            private enum CodingKeys: String, CodingKey {
                case url
                case base64 = "b64_json"
            }
        }

        let created: Int
        let data: [Image]
    }

    private func unknown(_ name: String) -> Fault {
        Fault(
            .notFound, code: "model_not_found", "there is no model '\(name.prefix(100))'", field: "model",
            remedy: "use \(model.name), or leave it out")
    }

    @Sendable private func generate(_ request: Request, _ context: RequestContext) async throws -> Response {
        let origin = "http://" + (request.head.authority ?? "localhost")
        return try await orders.serving(request, context, upTo: RequestContext.mostBytes) { bytes in
            let wanted = try RequestContext.decode(ImageRequest.self, bytes)
            if let name = wanted.model, name != model.name { throw unknown(name) }
            let outcomes = try await orders.render(
                try wanted.submissions(owner: context.caller.owner, trace: context.trace))
            guard !outcomes.isEmpty else {
                throw Fault(.conflict, code: "cancelled", "somebody has cancelled this picture")
            }
            let images = outcomes.map { outcome in
                switch wanted.format {
                case .url: Images.Image(url: "\(origin)/v1/jobs/\(outcome.job.id)/picture")
                case .base64: Images.Image(base64: outcome.png.base64EncodedString())
                }
            }
            return try JSONBody(Images(created: Int(Date().timeIntervalSince1970), data: images))
                .response(from: request, context: context)
        }
    }
}
