import Hummingbird
import RenderJobs
import RenderPipeline

/// An error as it is answered.
struct Fault: Error {
    var status: HTTPResponse.Status
    /// For programs.
    var code: String
    /// For people.
    var message: String
    /// The setting that is at fault.
    var field: String?
    /// What to do instead.
    var remedy: String?
    var headers = HTTPFields()
    /// What is logged and not answered.
    var cause: String?

    init(_ status: HTTPResponse.Status, code: String, _ message: String, field: String? = nil, remedy: String? = nil) {
        self.status = status
        self.code = code
        self.message = message
        self.field = field
        self.remedy = remedy
        if status == .serviceUnavailable { headers[.retryAfter] = "10" }
    }

    /// A field that cannot be.
    static func invalid(_ field: String, _ message: String, remedy: String) -> Fault {
        Fault(.badRequest, code: "invalid_request", message, field: field, remedy: remedy)
    }

    /// A body of too many bytes, of which the rest is not read.
    static func tooLarge(_ limit: Int) -> Fault {
        var fault = Fault(
            .contentTooLarge, code: "too_large", "the body has more than \(limit) bytes", remedy: "send less")
        fault.headers[.connection] = "close"
        return fault
    }

    init(_ error: any Error) {
        switch error {
        case let fault as Fault: self = fault
        case let error as RequestError:
            self.init(
                .badRequest, code: "invalid_request", error.problem, field: Self.field(error.option),
                remedy: error.remedy)
        case let error as JobError: self.init(error)
        case let error as ImageFileError:
            self.init(.badRequest, code: "invalid_picture", error.problem, remedy: error.remedy)
        case let error as any HTTPResponseError:
            let status = error.status
            self.init(status, code: Self.code(status), status.reasonPhrase)
        case is CancellationError: self.init(.serviceUnavailable, code: "cancelled", "the client has gone")
        default:
            self.init(.internalServerError, code: "internal", "the server failed; its log says why")
            cause = "\(error)"
        }
    }

    private init(_ error: JobError) {
        switch error {
        case .queueFull: self.init(.serviceUnavailable, code: "queue_full", "\(error)")
        case .quotaExceeded:
            self.init(.tooManyRequests, code: "quota_exceeded", "\(error)")
            headers[.retryAfter] = "10"
        case .diskFull:
            self.init(
                HTTPResponse.Status(code: 507, reasonPhrase: "Insufficient Storage"), code: "disk_full", "\(error)")
        case .unknown: self.init(.notFound, code: "no_such_job", "\(error)")
        case .impossible: self.init(.conflict, code: "wrong_state", "\(error)")
        }
    }

    /// Broken JSON, a field that is missing, or one of another type.
    init(_ error: DecodingError) {
        func field(_ context: DecodingError.Context, _ last: (any CodingKey)? = nil) -> String? {
            let path = (context.codingPath + [last].compactMap(\.self)).map(\.stringValue).joined(separator: ".")
            return path.isEmpty ? nil : path
        }
        switch error {
        case .keyNotFound(let key, let context):
            self.init(.badRequest, code: "invalid_request", "it is missing", field: field(context, key))
        case .typeMismatch(let type, let context), .valueNotFound(let type, let context):
            self.init(.badRequest, code: "invalid_request", "it is no \(type)", field: field(context))
        case .dataCorrupted(let context) where !context.codingPath.isEmpty:
            self.init(.badRequest, code: "invalid_request", "it is out of range", field: field(context))
        default: self.init(.badRequest, code: "invalid_json", "the body is no JSON object")
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
