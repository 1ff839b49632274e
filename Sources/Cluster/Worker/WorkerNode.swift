import ClusterMessages
package import Logging
import NIOCore

/// A host that computes for a coordinator: dials it, works, and dials again when the connection is lost.
public final class WorkerNode: Sendable {
    /// Where to work, and as who.
    public struct Options: Sendable {
        /// Where the coordinator listens.
        public var coordinator: Endpoint
        /// What the worker is called: the same at every start, another than any other worker's.
        public var name: String
        /// Its software and version.
        public var software: String
        /// The secret of the farm; nil for one without.
        public var token: JoinToken?
        /// Nil for plain TCP.
        public var security: TransportSecurity?
        /// Bytes of tensors that are kept by content.
        public var tensorCache = 256 << 20
        /// Where models go that the coordinator sends; nil to take none.
        public var modelCache: ModelCache?
        /// Whether to dial again when the connection is lost.
        public var reconnects = true
        /// Tasks that are taken at a time: one computes while the next one's inputs come.
        public var slots = 4

        /// - Parameters:
        ///   - coordinator: where it listens.
        ///   - name: what the worker is called.
        ///   - software: its software and version.
        ///   - token: the secret of the farm.
        ///   - security: nil for plain TCP.
        public init(
            coordinator: Endpoint, name: String, software: String, token: JoinToken?, security: TransportSecurity?
        ) {
            self.coordinator = coordinator
            self.name = name
            self.software = software
            self.token = token
            self.security = security
        }
    }

    private let options: Options
    private let shelf: any ModelShelf
    private let log: Logger
    private let state: DrainState

    /// - Parameters:
    ///   - options: where to work, and as who.
    ///   - shelf: what computes.
    ///   - log: where what happens is told.
    package init(_ options: Options, shelf: any ModelShelf, log: Logger) {
        self.options = options
        self.shelf = shelf
        self.log = log
        state = DrainState()
    }

    /// Takes nothing more; ``run()`` returns once everything that was taken is done.
    public func drain() async { await state.drain() }

    /// Works until it is drained.
    ///
    /// - Throws: ``ClusterError`` when the coordinator will never let this worker in, and `CancellationError`.
    public func run() async throws {
        var delay = ReconnectDelay()
        var generator = SystemRandomNumberGenerator()
        while await !state.isDraining {
            let start = ContinuousClock.now
            do {
                if try await serve() == .drained { break }
                log.notice("the coordinator closed the connection")
            } catch let error as ClusterError where error.kind == .rejected || error.kind == .configuration {
                throw error
            } catch let error as ClusterError where error.kind == .closed {
                log.notice("the coordinator closed the connection", metadata: ["reason": "\(error)"])
            } catch is CancellationError {
                throw CancellationError()
            } catch {
                let hasJoined = await state.hasJoined
                guard options.reconnects || hasJoined else { throw error }
                log.notice("not connected", metadata: ["reason": "\(error)"])
            }
            if await state.isDraining { break }
            guard options.reconnects else { break }
            if ContinuousClock.now - start > ReconnectDelay.stable { delay.reset() }
            try await state.sleep(for: delay.next(using: &generator))
        }
        log.info("done")
    }

    private func serve() async throws -> WorkerDuty.Ending? {
        let channel = try await FrameChannel.dial(options.coordinator, security: options.security)
        return try await channel.channel.executeThenClose { inbound, outbound in
            var frames = inbound.makeAsyncIterator()
            let timer = channel.close(after: .seconds(5))
            let welcome: Welcome
            do {
                welcome = try await shakeHands(&frames, outbound)
            } catch let error where !(error is CancellationError) {
                throw ClusterError(beforeJoining: error, usesTLS: options.security != nil)
            }
            timer.cancel()
            log.info("joined", metadata: ["coordinator": "\(options.coordinator)", "epoch": "\(welcome.epoch)"])
            let duty = WorkerDuty(
                WireConnection(welcome), shelf: shelf, slots: options.slots, tensorCache: options.tensorCache,
                cache: options.modelCache, compression: .unmeasured(options.coordinator), log: log)
            await state.begin(duty)
            defer { Task { await state.end() } }
            return try await duty.run(&frames, outbound, of: channel, tensorCache: options.tensorCache)
        }
    }

    private func shakeHands(
        _ frames: inout FrameIterator, _ outbound: NIOAsyncChannelOutboundWriter<Frame>
    ) async throws -> Welcome {
        var handshake = NodeHandshake(
            node: options.name, role: .worker, software: options.software, token: options.token, nonce: Nonce.make())
        try await outbound.write(try WireMessage.hello(handshake.hello).frame())
        while let frame = try await frames.next() {
            switch handshake.receive(try WireMessage(frame)) {
            case .reply(let messages):
                for message in messages { try await outbound.write(try message.frame()) }
            case .joined(let welcome): return welcome
            case .failed(let error): throw error
            }
        }
        throw ClusterError(.connection, "the coordinator closed the connection during the handshake, or was silent")
    }
}

/// Whether a worker is to end, and the connection that has to know.
private actor DrainState {
    private(set) var isDraining = false
    /// Whether the coordinator has let this worker in once.
    private(set) var hasJoined = false
    private var duty: WorkerDuty?
    private var sleeper: Task<Void, any Error>?

    func begin(_ duty: WorkerDuty) async {
        self.duty = duty
        hasJoined = true
        if isDraining { await duty.drain() }
    }

    func end() { duty = nil }

    func drain() async {
        isDraining = true
        sleeper?.cancel()
        await duty?.drain()
    }

    /// Sleeps unless the worker is to end.
    func sleep(for duration: Duration) async throws {
        guard !isDraining else { return }
        let task = Task { try await Task.sleep(for: duration) }
        sleeper = task
        await withTaskCancellationHandler {
            try? await task.value
        } onCancel: {
            task.cancel()
        }
        try Task.checkCancellation()
    }
}
