import Cluster
import ClusterMessages
import NIOCore
import NIOPosix

/// A worker that follows the protocol no further than a test wants it to.
struct RawPeer: Sendable {
    private let outbound: NIOAsyncChannelOutboundWriter<Frame>

    /// Joins a farm and hands every message, with the stream it came on, to `receive` until the coordinator closes or
    /// `receive` returns false.
    static func join(
        _ endpoint: Endpoint, as name: String,
        _ receive: (RawPeer, WireMessage, _ stream: UInt64) async throws -> Bool
    ) async throws {
        let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .connect(host: endpoint.host, port: endpoint.port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    let limits = FrameLimitsBox(.authenticated(chunk: FrameLimits.largestChunk))
                    try channel.pipeline.syncOperations.addHandlers(
                        FrameReader(limits: limits), MessageToByteHandler(FrameWriter()))
                    return try NIOAsyncChannel<Frame, Frame>(wrappingChannelSynchronously: channel)
                }
            }
        try await channel.executeThenClose { inbound, outbound in
            let peer = RawPeer(outbound: outbound)
            var handshake = NodeHandshake(
                node: name, role: .worker, software: "test", token: nil,
                nonce: [UInt8](repeating: 5, count: Hello.nonceByteCount))
            try await peer.send(.hello(handshake.hello))
            var hasJoined = false
            for try await frame in inbound {
                let message = try WireMessage(frame)
                if hasJoined {
                    if try await !receive(peer, message, frame.stream) { return }
                } else if case .joined = handshake.receive(message) {
                    hasJoined = true
                    try await peer.introduce()
                }
            }
        }
    }

    /// Sends a message as it is.
    func send(_ message: WireMessage, stream: UInt64 = 0) async throws {
        try await outbound.write(try message.frame(stream: stream))
    }

    private func introduce() async throws {
        try await send(
            .capabilities(
                WorkerCapabilities(
                    devices: [.init(name: "raw", memoryByteCount: 0)], memoryByteCount: 1 << 30,
                    operations: Set(OperationKind.allCases).subtracting([.denoise]), models: [TestModel.digest],
                    taskSlots: 4, tensorCacheByteCount: 1 << 20, threads: 1)))
        try await send(
            .canaryResult(
                CanaryResult(numericsClass: TestModel.numericsClass, nanoseconds: 1_000_000, processor: "raw")))
    }
}
