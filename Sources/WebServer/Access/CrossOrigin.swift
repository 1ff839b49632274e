import Hummingbird

/// Lets pages of some origins read answers (CORS). Without such origins it says nothing, and browsers keep everything
/// from everybody.
struct CrossOrigin: RouterMiddleware {
    let allowedOrigins: Set<String>

    func handle(
        _ request: Request, context: RequestContext, next: (Request, RequestContext) async throws -> Response
    ) async throws -> Response {
        guard let origin = request.headers[.origin], allowedOrigins.contains(origin) else {
            return try await next(request, context)
        }
        var response =
            request.method == .options
            ? Response(
                status: .noContent,
                headers: [
                    .accessControlAllowMethods: "GET, POST, DELETE",
                    .accessControlAllowHeaders: "authorization, content-type, last-event-id",
                    .accessControlMaxAge: "600",
                ])
            : try await next(request, context)
        response.headers[.accessControlAllowOrigin] = origin
        response.headers[.vary] = "Origin"
        return response
    }
}
