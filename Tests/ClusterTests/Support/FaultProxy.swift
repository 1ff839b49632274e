import Cluster
import Glibc
import NIOCore
import NIOPosix
import Synchronization

/// What a ``FaultProxy`` does to the bytes of a connection in one direction.
enum Toxic: Sendable, Hashable {
    /// Every piece comes so much later.
    case latency(milliseconds: Int)
    /// So many bytes a second.
    case bandwidth(bytesPerSecond: Int)
    /// Pieces of so many bytes.
    case slicer(byteCount: Int)
    /// Closes in order after so many bytes.
    case limitData(byteCount: Int)
    /// Closes with RST after so many bytes.
    case reset(byteCount: Int)
    /// Passes nothing more after so many bytes, and leaves the connection open.
    case timeout(byteCount: Int)
    /// Flips a bit of the byte with this number.
    case corrupt(byte: Int)
}

/// A TCP proxy between a worker and its coordinator that does harm.
final class FaultProxy: Sendable {
    /// Which way the harmed bytes go.
    enum Direction: Sendable, CaseIterable { case toCoordinator, toWorker }

    private typealias Connection = NIOAsyncChannel<ByteBuffer, ByteBuffer>

    private struct State {
        var connections = 0
        var open: [ObjectIdentifier: any Channel] = [:]
    }

    private struct Cut: Error {}

    private let server: NIOAsyncChannel<Connection, Never>
    private let target: Endpoint
    private let toxic: Toxic?
    private let direction: Direction
    private let harmed: Int
    private let state = Mutex(State())

    /// Where the worker dials.
    var endpoint: Endpoint { Endpoint(host: "127.0.0.1", port: server.channel.localAddress?.port ?? 0) }

    /// Connections that came so far.
    var connections: Int { state.withLock { $0.connections } }

    private init(to target: Endpoint, _ toxic: Toxic?, _ direction: Direction, harmed: Int) async throws {
        self.target = target
        self.toxic = toxic
        self.direction = direction
        self.harmed = harmed
        server = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .childChannelOption(.socketOption(.tcp_nodelay), value: 1)
            .bind(host: "127.0.0.1", port: 0) { channel in
                channel.eventLoop.makeCompletedFuture { try Connection(wrappingChannelSynchronously: channel) }
            }
    }

    /// Runs `body` with a proxy before `target` that harms the first so many connections.
    static func run<Value: Sendable>(
        to target: Endpoint, _ toxic: Toxic? = nil, _ direction: Direction = .toCoordinator, connections: Int = 1,
        _ body: (FaultProxy) async throws -> Value
    ) async throws -> Value {
        let proxy = try await FaultProxy(to: target, toxic, direction, harmed: connections)
        let serving = Task { try await proxy.serve() }
        let result: Result<Value, any Error>
        do {
            result = .success(try await body(proxy))
        } catch {
            result = .failure(error)
        }
        serving.cancel()
        proxy.cut()
        _ = await serving.result
        return try result.get()
    }

    /// Cuts all connections that there are.
    func cut() {
        let open = state.withLock { $0.open.values.map(\.self) }
        for channel in open { channel.close(promise: nil) }
    }

    private func serve() async throws {
        try await withThrowingDiscardingTaskGroup { group in
            try await server.executeThenClose { connections in
                for try await connection in connections {
                    let number = state.withLock { state in
                        state.connections += 1
                        return state.connections
                    }
                    group.addTask { try? await self.pass(connection, number) }
                }
            }
        }
    }

    private func pass(_ worker: Connection, _ number: Int) async throws {
        try await worker.executeThenClose { fromWorker, toWorker in
            let coordinator = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
                .channelOption(.socketOption(.tcp_nodelay), value: 1)
                .connect(host: target.host, port: target.port) { channel in
                    channel.eventLoop.makeCompletedFuture { try Connection(wrappingChannelSynchronously: channel) }
                }
            let channels = [worker.channel, coordinator.channel]
            state.withLock { state in for channel in channels { state.open[ObjectIdentifier(channel)] = channel } }
            defer {
                state.withLock { state in for channel in channels { state.open[ObjectIdentifier(channel)] = nil } }
            }
            let toxic = number <= harmed ? toxic : nil
            let (up, down) = direction == .toCoordinator ? (toxic, nil) : (nil, toxic)
            try await coordinator.executeThenClose { fromCoordinator, toCoordinator in
                await withDiscardingTaskGroup { group in
                    for (inbound, outbound, toxic) in [
                        (fromWorker, toCoordinator, up), (fromCoordinator, toWorker, down),
                    ] {
                        group.addTask {
                            do {
                                try await Self.pump(inbound, outbound, toxic)
                            } catch is Cut {
                                // With lingering for no time, closing sends RST.
                                for channel in channels {
                                    let options = channel as? any SocketOptionProvider
                                    try? await options?.setSoLinger(linger(l_onoff: 1, l_linger: 0)).get()
                                }
                            } catch {}
                            for channel in channels { channel.close(promise: nil) }
                        }
                    }
                }
            }
        }
    }

    /// Passes bytes on until the connection ends or the toxic ends it.
    private static func pump(
        _ inbound: NIOAsyncChannelInboundStream<ByteBuffer>, _ outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>,
        _ toxic: Toxic?
    ) async throws {
        var passed = 0
        for try await piece in inbound {
            var buffer = piece
            let range = passed..<passed + buffer.readableBytes
            passed = range.upperBound
            switch toxic {
            case nil: try await outbound.write(buffer)
            case .latency(let milliseconds):
                try await Task.sleep(for: .milliseconds(milliseconds))
                try await outbound.write(buffer)
            case .bandwidth(let bytesPerSecond):
                try await Task.sleep(for: .seconds(Double(range.count) / Double(bytesPerSecond)))
                try await outbound.write(buffer)
            case .slicer(let byteCount):
                while let slice = buffer.readSlice(length: min(byteCount, max(1, buffer.readableBytes))) {
                    try await outbound.write(slice)
                }
            case .limitData(let byteCount), .reset(let byteCount), .timeout(let byteCount):
                let rest = max(0, min(range.count, byteCount - range.lowerBound))
                if let slice = buffer.readSlice(length: rest), rest > 0 { try await outbound.write(slice) }
                guard passed >= byteCount else { continue }
                if case .limitData = toxic { return }
                if case .reset = toxic { throw Cut() }
            case .corrupt(let byte):
                if range.contains(byte) {
                    let index = buffer.readerIndex + byte - range.lowerBound
                    let old = buffer.getInteger(at: index, as: UInt8.self) ?? 0
                    buffer.setInteger(old ^ 0x10, at: index)
                }
                try await outbound.write(buffer)
            }
        }
    }
}
