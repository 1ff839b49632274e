import FoundationEssentials
import Hummingbird

/// Finds out who asks, by the key that they show.
struct Authentication: RouterMiddleware {
    /// The keys; nil where nobody is asked for one.
    let keys: KeyRing?
    /// How often wrong keys may be tried from one address.
    let attempts: RateLimiter

    /// What supervisors, those who look how to ask and browsers that have yet to ask for a key need none for.
    private static let open = PageFile.paths.union(["/healthz", "/readyz", "/v1/openapi.json"])

    func handle(
        _ request: Request, context: RequestContext, next: (Request, RequestContext) async throws -> Response
    ) async throws -> Response {
        guard let keys, !Self.open.contains(request.uri.path) else { return try await next(request, context) }
        guard let key = ShownKey(request.headers[.authorization]) else {
            throw Fault.unauthorized("a key is needed", request)
        }
        guard let caller = keys.caller(of: key.key, user: key.user) else {
            if let wait = attempts.take(context.remoteAddress) { throw Fault.tooMany(wait) }
            throw Fault.unauthorized("this key is not known here", request)
        }
        var context = context
        context.caller = caller
        try caller.require(request.method == .get || request.method == .head ? .read : .submit)
        return try await next(request, context)
    }
}

/// A key as clients show it: `Bearer KEY`, or `Basic` with a name and the key as the password, as clients of
/// AUTOMATIC1111's web UI do.
struct ShownKey: Hashable {
    /// The name that came with it.
    var user: String?
    var key: String

    private static let longest = 512

    /// - Parameter field: the value of `Authorization`; nil and anything else than a key make nil.
    init?(_ field: String?) {
        guard let field, field.utf8.count <= Self.longest, let space = field.firstIndex(of: " ") else { return nil }
        let value = field[field.index(after: space)...].drop { $0 == " " }
        switch field[..<space].lowercased() {
        case "bearer":
            guard !value.isEmpty else { return nil }
            key = String(value)
        case "basic":
            guard let data = Data(base64Encoded: String(value)) else { return nil }
            let text = String(decoding: data, as: UTF8.self)
            guard let colon = text.firstIndex(of: ":") else { return nil }
            user = String(text[..<colon])
            key = String(text[text.index(after: colon)...])
        default: return nil
        }
    }
}

extension Fault {
    fileprivate static func unauthorized(_ message: String, _ request: Request) -> Fault {
        var fault = Fault(
            .unauthorized, code: "unauthorized", message,
            remedy: "send Authorization: Bearer KEY; apldm-coord keys add NAME makes one")
        // Browsers and clients of the web UI ask for a name and a password then.
        let isWebUI = request.uri.path.hasPrefix("/sdapi")
        fault.headers[.wwwAuthenticate] = isWebUI ? "Basic realm=\"apldm\"" : "Bearer realm=\"apldm\""
        return fault
    }
}
