package import ClusterMessages
package import Logging
import NIOCore

/// Lets workers in and serves them, on behalf of a farm.
package struct WorkerListener: Sendable {
    /// Connections that have not shown who they are, at most; more are closed at once.
    private static let mostStrangers = 64

    private let listener: FrameListener
    private let farm: Farm
    private let terms: HandshakeTerms
    private let wantedModels: [ModelSource]
    private let compression: CompressionPolicy
    private let handshakeLimit: Duration
    private let usesTLS: Bool
    private let log: Logger
    private let strangers = StrangerCount()

    /// Where it listens.
    package var port: Int { listener.port }

    /// - Parameters:
    ///   - endpoint: where to listen.
    ///   - security: nil for plain TCP.
    ///   - terms: what is offered to those who join.
    ///   - farm: whose workers they become.
    ///   - wantedModels: models that workers are to have.
    ///   - compression: when inputs of tasks are compressed.
    ///   - handshakeLimit: how long a connection may take to show who it is.
    ///   - log: where what happens is told.
    /// - Throws: ``ClusterError`` when the address cannot be had or the certificates cannot be read.
    package init(
        _ endpoint: Endpoint, security: TransportSecurity?, terms: HandshakeTerms, farm: Farm,
        wantedModels: [ModelSource], compression: CompressionPolicy, handshakeLimit: Duration = .seconds(5),
        log: Logger
    ) async throws {
        listener = try await FrameListener(endpoint, security: security)
        self.terms = terms
        self.farm = farm
        self.wantedModels = wantedModels
        self.compression = compression
        self.handshakeLimit = handshakeLimit
        usesTLS = security != nil
        self.log = log
    }

    /// Serves workers until the task is cancelled.
    package func run() async throws {
        try await listener.run { connection in
            do {
                try await serve(connection)
            } catch {
                log.debug("connection ended", metadata: ["peer": "\(connection.peer)", "reason": "\(error)"])
            }
        }
    }

    private func serve(_ connection: FrameChannel) async throws {
        // Known only while it is open.
        let peer = connection.peer
        try await connection.channel.executeThenClose { inbound, outbound in
            guard await strangers.enter(limit: Self.mostStrangers) else { return }
            let id = await farm.newWorkerID()
            var frames = inbound.makeAsyncIterator()
            let timer = connection.close(after: TimeAmount(handshakeLimit))
            let joined: (Hello, Welcome)?
            do {
                joined = try await shakeHands(connection, &frames, outbound, session: id.number)
            } catch {
                await strangers.leave()
                let reason = ClusterError(beforeJoining: error, usesTLS: usesTLS)
                return log.notice("connection failed", metadata: ["peer": "\(peer)", "reason": "\(reason)"])
            }
            timer.cancel()
            await strangers.leave()
            guard let (hello, welcome) = joined else { return }
            let session = WorkerSession(
                id, hello, WireConnection(welcome, traffic: farm.traffic), farm: farm, wantedModels: wantedModels,
                compression: compression,
                log: log)
            await session.run(&frames, outbound, of: connection)
        }
    }

    /// Lets a node in, or tells it why not.
    private func shakeHands(
        _ connection: FrameChannel, _ frames: inout FrameIterator,
        _ outbound: NIOAsyncChannelOutboundWriter<Frame>, session: UInt64
    ) async throws -> (Hello, Welcome)? {
        var handshake = CoordinatorHandshake(
            terms, session: session, roles: [.worker], nonces: (Nonce.make(), Nonce.make()))
        while let frame = try await frames.next() {
            switch handshake.receive(try WireMessage(frame)) {
            case .reply(let messages):
                for message in messages { try await outbound.write(try message.frame()) }
            case .accept(let hello, let welcome, let messages):
                connection.limits.value = .authenticated(chunk: welcome.chunkByteCount)
                for message in messages { try await outbound.write(try message.frame()) }
                return (hello, welcome)
            case .reject(let rejection):
                log.notice(
                    "connection refused", metadata: ["peer": "\(connection.peer)", "reason": "\(rejection.text)"])
                try await outbound.write(try WireMessage.rejection(rejection).frame())
                return nil
            }
        }
        return nil
    }
}

/// How many connections have not shown who they are.
private actor StrangerCount {
    private var count = 0

    func enter(limit: Int) -> Bool {
        guard count < limit else { return false }
        count += 1
        return true
    }

    func leave() { count -= 1 }
}
