import Hummingbird

/// How errors are written: clients of other servers look for theirs.
enum ErrorShape: Sendable {
    /// `{"error": {"code", "message", "field", "remedy"}}`.
    case native
    /// As OpenAI's interface has it.
    case openAI
    /// As AUTOMATIC1111's web UI has it.
    case webUI

    /// - Parameter path: what was asked.
    init(path: String) {
        if path.hasPrefix("/sdapi/") {
            self = .webUI
        } else if path.hasPrefix("/v1/images/") || path == "/v1/models" || path.hasPrefix("/v1/models/") {
            self = .openAI
        } else {
            self = .native
        }
    }

    func response(_ fault: Fault, to request: Request, _ context: RequestContext) throws -> Response {
        var response =
            switch self {
            case .native: try JSONBody(Native(fault), status: fault.status).response(from: request, context: context)
            case .openAI: try JSONBody(OpenAI(fault), status: fault.status).response(from: request, context: context)
            case .webUI: try JSONBody(WebUI(fault), status: fault.status).response(from: request, context: context)
            }
        for field in fault.headers { response.headers[field.name] = field.value }
        return response
    }

    private struct Native: Encodable {
        struct Detail: Encodable {
            var code: String
            var message: String
            var field: String?
            var remedy: String?
        }

        var error: Detail

        init(_ fault: Fault) {
            error = Detail(code: fault.code, message: fault.message, field: fault.field, remedy: fault.remedy)
        }
    }

    private struct OpenAI: Encodable {
        struct Detail: Encodable {
            var message: String
            var type: String
            var param: String?
            var code: String

            // Clients expect the key where there is no value, too.
            func encode(to encoder: any Encoder) throws {
                var container = encoder.container(keyedBy: CodingKeys.self)
                try container.encode(message, forKey: .message)
                try container.encode(type, forKey: .type)
                try container.encode(param, forKey: .param)
                try container.encode(code, forKey: .code)
            }

            private enum CodingKeys: String, CodingKey {
                case message, type, param, code
            }
        }

        var error: Detail

        init(_ fault: Fault) {
            let type =
                switch fault.status.code {
                case 401: "authentication_error"
                case 403: "permission_error"
                case 429: "rate_limit_error"
                case 500...: "server_error"
                default: "invalid_request_error"
                }
            error = Detail(message: fault.sentence, type: type, param: fault.field, code: fault.code)
        }
    }

    private struct WebUI: Encodable {
        var error: String
        var detail: String
        var body = ""
        var errors: String

        init(_ fault: Fault) {
            error = fault.code
            detail = fault.sentence
            errors = fault.field ?? ""
        }
    }
}

extension Fault {
    /// All of it in one line.
    fileprivate var sentence: String {
        (field.map { "\($0): " } ?? "") + message + (remedy.map { "; \($0)" } ?? "")
    }
}
