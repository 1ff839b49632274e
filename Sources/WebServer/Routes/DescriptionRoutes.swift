import Hummingbird

/// The description of this interface (OpenAPI 3.1).
struct DescriptionRoutes {
    func add(to group: RouterGroup<RequestContext>) {
        group.get("openapi.json") { _, _ in
            Response(
                status: .ok, headers: [.contentType: "application/json; charset=utf-8"],
                body: ResponseBody(byteBuffer: ByteBuffer(bytes: PackageResources.openapi_json)))
        }
    }
}
