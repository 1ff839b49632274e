import Hummingbird
import Logging
import RenderJobs
import RenderPipeline

/// Answers errors with JSON that names what is wrong and what to do instead.
struct ErrorResponses: RouterMiddleware {
    let log: Logger

    func handle(
        _ request: Request, context: RequestContext,
        next: (Request, RequestContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch {
            let fault = Fault(error)
            if fault.status.code >= 500 {
                log.error("a request failed", metadata: ["path": "\(request.uri.path)", "reason": "\(error)"])
            }
            var body = JSONBody(fault.body, status: fault.status)
            if fault.status == .serviceUnavailable { body.headers[.retryAfter] = "10" }
            return try body.response(from: request, context: context)
        }
    }
}

/// An error as it is answered.
struct Fault: Error {
    struct Body: Encodable {
        var error: Detail
    }

    struct Detail: Encodable {
        /// For programs.
        var code: String
        /// For people.
        var message: String
        /// The setting that is at fault.
        var field: String?
        var remedy: String?
    }

    var status: HTTPResponse.Status
    var body: Body

    init(_ status: HTTPResponse.Status, code: String, _ message: String, field: String? = nil, remedy: String? = nil) {
        self.status = status
        body = Body(error: Detail(code: code, message: message, field: field, remedy: remedy))
    }

    init(_ error: any Error) {
        switch error {
        case let fault as Fault: self = fault
        case let error as RequestError:
            self.init(
                .badRequest, code: "invalid_request", error.problem, field: Self.field(error.option),
                remedy: error.remedy)
        case let error as JobError:
            switch error {
            case .queueFull: self.init(.serviceUnavailable, code: "queue_full", "\(error)")
            case .quotaExceeded: self.init(.tooManyRequests, code: "quota_exceeded", "\(error)")
            case .diskFull:
                self.init(
                    HTTPResponse.Status(code: 507, reasonPhrase: "Insufficient Storage"), code: "disk_full", "\(error)")
            case .unknown: self.init(.notFound, code: "no_such_job", "\(error)")
            case .impossible: self.init(.conflict, code: "wrong_state", "\(error)")
            }
        case let error as any HTTPResponseError:
            let status = error.status
            self.init(status, code: Self.code(status), status.reasonPhrase)
        default: self.init(.internalServerError, code: "internal", "the server failed; its log says why")
        }
    }

    private static func code(_ status: HTTPResponse.Status) -> String {
        switch status {
        case .notFound: "not_found"
        case .contentTooLarge: "too_large"
        case .methodNotAllowed: "method_not_allowed"
        default: status.code < 500 ? "invalid_request" : "internal"
        }
    }

    /// An option of the command line as the field of a request: `--guidance-scale` is `guidance_scale`.
    private static func field(_ option: String) -> String {
        let first = option.split(separator: ",").first.map(String.init) ?? option
        return String(first.drop { $0 == "-" }.map { $0 == "-" ? "_" : $0 }).lowercased()
    }
}
