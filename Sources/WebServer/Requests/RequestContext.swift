import FoundationEssentials
import Hummingbird
import Logging
import NIOCore
import RenderPipeline
import Telemetry

/// What a request carries along.
struct RequestContext: Hummingbird.RequestContext {
    /// Two prompts of the greatest length, every byte escaped, and the settings.
    static let mostBytes = 2 << 20

    var coreContext: CoreRequestContextStorage
    /// Who asks.
    var caller = Caller.local
    /// Where from.
    let remoteAddress: String
    /// What its lines in the log have in common.
    var trace = TraceID()

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        remoteAddress = source.channel.remoteAddress?.ipAddress ?? "unknown"
    }

    var maxUploadSize: Int { Self.mostBytes }

    /// Reads a body as JSON.
    ///
    /// - Parameters:
    ///   - type: what it is.
    ///   - request: whose body it is.
    ///   - limit: the most bytes.
    /// - Returns: the value.
    /// - Throws: ``Fault`` for what is no such JSON, `RequestError` naming the field that is at fault.
    func decode<Body: Decodable>(
        _ type: Body.Type, from request: Request, upTo limit: Int = Self.mostBytes
    ) async throws -> Body {
        try Self.decode(type, try await Self.bytes(of: request.body, request, upTo: limit))
    }

    /// The bytes of a body, of which the length is known before any is read where the client tells it.
    static func bytes(of body: RequestBody, _ request: Request, upTo limit: Int) async throws -> ByteBuffer {
        if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > limit {
            throw Fault.tooLarge(limit)
        }
        do {
            return try await body.collect(upTo: limit)
        } catch is NIOTooManyBytesError {
            throw Fault.tooLarge(limit)
        }
    }

    static func decode<Body: Decodable>(_ type: Body.Type, _ bytes: ByteBuffer) throws -> Body {
        do {
            return try JSONDecoder().decode(type, from: Data(bytes.readableBytesView))
        } catch let error as RequestError {
            throw error
        } catch let error as DecodingError {
            throw Fault(error)
        }
    }
}
