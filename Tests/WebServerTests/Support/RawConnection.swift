import Glibc
import NIOCore
import NIOPosix

/// A connection on which anything can be sent.
struct RawConnection {
    private let inbound: NIOAsyncChannelInboundStream<ByteBuffer>
    private let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>

    static func with<Result: Sendable>(
        port: Int, _ body: @Sendable (RawConnection) async throws -> Result
    ) async throws -> Result {
        let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(
                        wrappingChannelSynchronously: channel,
                        configuration: .init(isOutboundHalfClosureEnabled: false))
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            try await body(RawConnection(inbound: inbound, outbound: outbound))
        }
    }

    /// Sends a request and reads its answer.
    static func answer(to request: String, port: Int) async throws -> String {
        try await with(port: port) { connection in
            // The server may have said no before it has read everything.
            try? await connection.send(request)
            return try await connection.received(until: isWhole)
        }
    }

    func send(_ text: String) async throws { try await outbound.write(ByteBuffer(string: text)) }

    /// What comes until the other end closes, or until it is enough.
    func received(until isEnough: (String) -> Bool = { _ in false }) async throws -> String {
        var text = ""
        do {
            for try await part in inbound {
                text += String(buffer: part)
                if isEnough(text) { return text }
            }
        } catch is ChannelError {
        } catch is IOError {
        }
        return text
    }

    /// Whether an answer is whole, as far as its length is told.
    private static func isWhole(_ text: String) -> Bool {
        guard let end = text.firstRange(of: "\r\n\r\n") else { return false }
        let head = text[..<end.lowerBound].lowercased()
        guard let start = head.firstRange(of: "content-length: ") else { return false }
        let length = Int(head[start.upperBound...].prefix { $0.isNumber }) ?? 0
        return text[end.upperBound...].utf8.count >= length
    }

    /// Lets this process have so many descriptors; false where the system does not.
    static func canOpen(_ count: Int) -> Bool {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        guard limit.rlim_cur < rlim_t(count) else { return true }
        guard limit.rlim_max >= rlim_t(count) else { return false }
        limit.rlim_cur = rlim_t(count)
        return setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0
    }
}
