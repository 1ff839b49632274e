import Hummingbird

/// Refuses what a web page of somebody else has a browser ask. Where nobody is asked for a key, where a request comes
/// from is all that protects the server; where keys are asked for, a browser may know one.
struct OwnRequests: RouterMiddleware {
    /// What the server listens on.
    let host: String
    /// Whether it may be called by any name: whoever shows a key means this server.
    let takesAnyName: Bool
    /// Whose pages may ask.
    let allowedOrigins: Set<String>

    func handle(
        _ request: Request, context: RequestContext, next: (Request, RequestContext) async throws -> Response
    ) async throws -> Response {
        let authority = request.head.authority
        // Another name for this address is one that somebody else gave it.
        if !takesAnyName, let authority, !isOwn(Self.host(of: authority)) {
            throw Fault(.forbidden, code: "foreign_host", "this server is not called \(authority.prefix(100))")
        }
        if let origin = request.headers[.origin], !allowedOrigins.contains(origin) {
            let name = origin.range(of: "://").map { Self.host(of: String(origin[$0.upperBound...])) }
            guard let name, isOwn(name) || takesAnyName && name == authority.map(Self.host(of:)) else {
                throw Fault(
                    .forbidden, code: "foreign_origin", "pages of \(origin.prefix(100)) may not ask this server")
            }
        }
        // Pages may send other types to anybody without being asked first.
        if request.method == .post, Self.hasBody(request), !isJSON(request.headers[.contentType]) {
            throw Fault(
                .unsupportedMediaType, code: "not_json", "the body has to be JSON",
                remedy: "send Content-Type: application/json")
        }
        return try await next(request, context)
    }

    private func isOwn(_ name: String) -> Bool { ["localhost", "127.0.0.1", "::1", host].contains(name) }

    private static func hasBody(_ request: Request) -> Bool {
        request.headers[.transferEncoding] != nil || (request.headers[.contentLength] ?? "0") != "0"
    }

    private func isJSON(_ type: String?) -> Bool {
        type?.prefix { $0 != ";" && $0 != " " }.lowercased() == "application/json"
    }

    /// The host of `host:port`, where an address of colons stands in brackets.
    private static func host(of authority: String) -> String {
        if authority.hasPrefix("[") { return String(authority.dropFirst().prefix { $0 != "]" }) }
        return authority.prefix { $0 != ":" && $0 != "/" }.lowercased()
    }
}

extension String {
    /// The first place of a text.
    fileprivate func range(of text: String) -> Range<Index>? {
        guard let first = indices.first(where: { self[$0...].hasPrefix(text) }) else { return nil }
        return first..<index(first, offsetBy: text.count)
    }
}
