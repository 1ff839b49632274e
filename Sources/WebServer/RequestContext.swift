import FoundationEssentials
import Hummingbird

/// What a request carries along: JSON is written in one way everywhere.
struct RequestContext: Hummingbird.RequestContext {
    /// Two prompts of the greatest length, every byte escaped, and the settings.
    static let mostBytes = 2 << 20

    var coreContext: CoreRequestContextStorage

    init(source: ApplicationRequestContextSource) { coreContext = .init(source: source) }

    var maxUploadSize: Int { Self.mostBytes }
}

/// A body that is written as JSON.
struct JSONBody<Value: Encodable & Sendable>: ResponseGenerator {
    var value: Value
    var status = HTTPResponse.Status.ok
    var headers = HTTPFields()

    init(_ value: Value, status: HTTPResponse.Status = .ok) {
        self.value = value
        self.status = status
    }

    func response(from request: Request, context: some Hummingbird.RequestContext) throws -> Response {
        let encoder = JSONEncoder()
        encoder.dateEncodingStrategy = .iso8601
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let data = try encoder.encode(value)
        var headers = headers
        headers[.contentType] = "application/json; charset=utf-8"
        headers[.cacheControl] = "no-store"
        return Response(
            status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: data)))
    }
}
