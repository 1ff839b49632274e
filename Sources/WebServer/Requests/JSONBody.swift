import FoundationEssentials
import Hummingbird

/// A body that is written as JSON, in one way everywhere.
struct JSONBody<Value: Encodable & Sendable>: ResponseGenerator {
    var value: Value
    var status = HTTPResponse.Status.ok
    var headers = HTTPFields()

    init(_ value: Value, status: HTTPResponse.Status = .ok) {
        self.value = value
        self.status = status
    }

    func response(from request: Request, context: some Hummingbird.RequestContext) throws -> Response {
        var headers = headers
        headers[.contentType] = "application/json; charset=utf-8"
        headers[.cacheControl] = "no-store"
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: try Self.bytes(value)))
    }

    static func bytes(_ value: Value) throws -> ByteBuffer {
        let encoder = JSONEncoder()
        encoder.dateEncodingStrategy = .iso8601
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return ByteBuffer(bytes: try encoder.encode(value))
    }
}
