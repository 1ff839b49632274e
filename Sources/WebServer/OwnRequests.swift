import Hummingbird

/// Refuses what a web page of somebody else has a browser on this host ask: nobody is asked for a key here, so that
/// where a request comes from is all that protects it.
struct OwnRequests: RouterMiddleware {
    /// What the server listens on.
    let host: String

    func handle(
        _ request: Request, context: RequestContext, next: (Request, RequestContext) async throws -> Response
    ) async throws -> Response {
        // Another name for this address is one that somebody else gave it.
        if let authority = request.head.authority, !isOwn(Self.host(of: authority)) {
            throw Fault(.forbidden, code: "foreign_host", "this server is not called \(authority.prefix(100))")
        }
        if let origin = request.headers[.origin], let scheme = origin.range(of: "://"),
            !isOwn(Self.host(of: String(origin[scheme.upperBound...])))
        {
            throw Fault(.forbidden, code: "foreign_origin", "pages of \(origin.prefix(100)) may not ask this server")
        }
        // Pages may send other types to anybody without being asked first.
        if request.method == .post, !isJSON(request.headers[.contentType]) {
            throw Fault(
                .unsupportedMediaType, code: "not_json", "the body has to be JSON",
                remedy: "send Content-Type: application/json")
        }
        return try await next(request, context)
    }

    private func isOwn(_ name: String) -> Bool { ["localhost", "127.0.0.1", "::1", host].contains(name) }

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
