import Hummingbird
import Logging

/// Answers errors with JSON that names what is wrong and what to do instead.
struct ErrorResponses: RouterMiddleware {
    let log: Logger
    /// The methods of what can be asked, to tell a wrong method from a wrong path.
    let routes: RouteTable

    func handle(
        _ request: Request, context: RequestContext,
        next: (Request, RequestContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch {
            var fault = Fault(error)
            if error is HTTPError, fault.status == .notFound {
                fault = routes.fault(of: request)
            }
            if fault.status.code >= 500, fault.status != .serviceUnavailable {
                log.error(
                    "a request failed",
                    metadata: [
                        "path": "\(request.uri.path.prefix(200))", "reason": "\(fault.cause ?? fault.message)",
                        "trace": "\(context.trace)",
                    ])
            }
            return try ErrorShape(path: request.uri.path).response(fault, to: request, context)
        }
    }
}
