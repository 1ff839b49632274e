import ClusterMessages
import NIOCore
import NIOPosix
import NIOSSL

/// The frames that come on a connection: there is one such sequence, for the handshake and everything after it.
typealias FrameIterator = NIOAsyncChannelInboundStream<Frame>.AsyncIterator

/// A connection that carries frames.
struct FrameChannel: Sendable {
    let channel: NIOAsyncChannel<Frame, Frame>
    /// How large frames from the peer may be.
    let limits: FrameLimitsBox

    /// The peer's address for logs.
    var peer: String { channel.channel.remoteAddress?.description ?? "unknown" }

    /// Closes the connection unless what it returns is cancelled before.
    func close(after limit: TimeAmount) -> Scheduled<Void> {
        let channel = channel.channel
        return channel.eventLoop.scheduleTask(in: limit) { channel.close(promise: nil) }
    }

    /// Adds what turns bytes into frames to a new channel.
    fileprivate init(wrapping channel: any Channel, limits: FrameLimits) throws {
        let box = FrameLimitsBox(limits)
        try channel.pipeline.syncOperations.addHandler(FrameReader(limits: box))
        try channel.pipeline.syncOperations.addHandler(MessageToByteHandler(FrameWriter()))
        // While one batch of chunks is on its way, the next is made.
        try channel.syncOptions?.setOption(.writeBufferWaterMark, value: .init(low: 1 << 20, high: 2 << 20))
        self.channel = try NIOAsyncChannel(wrappingChannelSynchronously: channel)
        self.limits = box
    }
}

/// Listens for nodes.
struct FrameListener: Sendable {
    private let server: NIOAsyncChannel<FrameChannel, Never>

    /// Where it listens.
    var port: Int { server.channel.localAddress?.port ?? 0 }

    /// - Parameters:
    ///   - endpoint: where to listen.
    ///   - security: nil for plain TCP.
    /// - Throws: ``ClusterError`` when the address cannot be had.
    init(_ endpoint: Endpoint, security: TransportSecurity?) async throws {
        let context = try security?.serverContext()
        do {
            server = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
                .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                .serverChannelOption(.backlog, value: 512)
                .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
                .childChannelOption(.socketOption(.so_keepalive), value: 1)
                .childChannelOption(.allowRemoteHalfClosure, value: false)
                .childChannelOption(
                    .recvAllocator,
                    value: AdaptiveRecvByteBufferAllocator(
                        minimum: 2 << 10, initial: 64 << 10, maximum: 1 << 20)
                )
                .bind(host: endpoint.host, port: endpoint.port) { channel in
                    channel.eventLoop.makeCompletedFuture {
                        if let context {
                            try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: context))
                        }
                        return try FrameChannel(wrapping: channel, limits: .unauthenticated)
                    }
                }
        } catch {
            throw ClusterError(
                .network, "cannot listen on \(endpoint): \(error)",
                remedy: "choose another --listen address, or end what uses it")
        }
    }

    /// Takes connections until the task is cancelled or the listener closes.
    func run(_ accept: @escaping @Sendable (FrameChannel) async -> Void) async throws {
        try await withThrowingDiscardingTaskGroup { group in
            try await server.executeThenClose { connections in
                for try await connection in connections {
                    group.addTask { await accept(connection) }
                }
            }
            group.cancelAll()
        }
    }
}

extension FrameChannel {
    /// Dials a coordinator.
    ///
    /// - Parameters:
    ///   - endpoint: where it listens.
    ///   - security: nil for plain TCP.
    /// - Returns: the connection, before its handshake.
    /// - Throws: ``ClusterError`` when nobody answers.
    static func dial(_ endpoint: Endpoint, security: TransportSecurity?) async throws -> FrameChannel {
        let context = try security?.clientContext()
        do {
            return try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
                .connectTimeout(.seconds(5))
                .channelOption(.tcpOption(.tcp_nodelay), value: 1)
                .channelOption(.socketOption(.so_keepalive), value: 1)
                .channelOption(
                    .recvAllocator,
                    value: AdaptiveRecvByteBufferAllocator(
                        minimum: 2 << 10, initial: 64 << 10, maximum: 1 << 20)
                )
                .connect(host: endpoint.host, port: endpoint.port) { channel in
                    channel.eventLoop.makeCompletedFuture {
                        if let context {
                            let name = SocketAddress.isAddress(endpoint.host) ? nil : endpoint.host
                            try channel.pipeline.syncOperations.addHandler(
                                NIOSSLClientHandler(context: context, serverHostname: name))
                        }
                        // The coordinator speaks first of all when it lets this node in; what follows may come with it.
                        return try FrameChannel(
                            wrapping: channel, limits: .authenticated(chunk: FrameLimits.largestChunk))
                    }
                }
        } catch let error as ClusterError {
            throw error
        } catch let error as NIOConnectionError {
            let reason =
                error.connectionErrors.first.map { ClusterError.reason($0.error) }
                ?? error.dnsAError.map { "\($0)" } ?? "no address"
            throw ClusterError(.network, "cannot reach \(endpoint): \(reason)")
        } catch {
            throw ClusterError(.network, "cannot reach \(endpoint): \(error)")
        }
    }
}

extension SocketAddress {
    /// Whether this is an address rather than a name: certificates of names are checked against the name.
    fileprivate static func isAddress(_ host: String) -> Bool { (try? SocketAddress(ipAddress: host, port: 0)) != nil }
}
