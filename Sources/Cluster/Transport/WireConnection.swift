import ClusterMessages
import NIOCore
import Synchronization

/// A connection after its handshake: what is sent goes through an outbox, what comes is handed to whoever it is for, and
/// credit is given for it.
final class WireConnection: Sendable {
    /// What is to be sent.
    let outbox: Outbox
    /// The terms of the handshake.
    let welcome: Welcome
    private let credits: Mutex<CreditLedger>
    private let speed = Mutex(LinkSpeed())
    private let traffic: TrafficCounter
    /// Since when the next frame is waited for; nil while one is dealt with, which is no silence of the peer's.
    private let waitsSince = Mutex<ContinuousClock.Instant?>(nil)

    init(_ welcome: Welcome, traffic: TrafficCounter = TrafficCounter()) {
        self.welcome = welcome
        self.traffic = traffic
        outbox = Outbox(
            connectionCredit: welcome.connectionCredit, streamCredit: welcome.streamCredit, traffic: traffic)
        credits = Mutex(
            CreditLedger(connectionWindow: welcome.connectionCredit, streamWindow: welcome.streamCredit))
    }

    /// Payload bytes a second that the connection carries; nil before anything large has come.
    var bytesPerSecond: Double? { speed.withLock { $0.bytesPerSecond } }

    /// How long nothing has come although it was waited for.
    var silence: Duration { waitsSince.withLock { $0.map { ContinuousClock.now - $0 } ?? .zero } }

    /// Does something at every heartbeat, and ends when the peer has been silent for five of them.
    ///
    /// - Parameter beat: what is done.
    /// - Throws: ``ClusterError`` for a silent peer, what `beat` throws, and `CancellationError`.
    func beat(_ beat: @Sendable () async throws -> Void) async throws {
        let heartbeat = Duration.milliseconds(welcome.heartbeatMilliseconds)
        var missed = 0
        while missed < 5 {
            try await Task.sleep(for: heartbeat)
            try await beat()
            // Counted in beats: on a host that is too busy to read what has come, beats are late as well.
            missed = silence < heartbeat ? 0 : missed + 1
        }
        throw ClusterError(.connection, "nothing came for \(silence.milliseconds) ms")
    }

    /// Reads and writes until one of the two ends, and does what goes on beside.
    ///
    /// - Parameters:
    ///   - frames: what comes.
    ///   - outbound: where it goes.
    ///   - connection: what both belong to.
    ///   - beside: work that lasts as long as the connection; when it ends or throws, so does the connection.
    ///   - receive: takes each message and the stream it came on.
    /// - Throws: what broke the connection; nothing when the peer closed it.
    func run(
        _ frames: inout FrameIterator, _ outbound: NIOAsyncChannelOutboundWriter<Frame>, of connection: FrameChannel,
        beside: @escaping @Sendable () async throws -> Void,
        receive: @Sendable (_ message: WireMessage, _ stream: UInt64) async throws -> Void
    ) async throws {
        let failure = FirstFailure()
        let write: @Sendable () async throws -> Void = {
            try await self.outbox.drain(into: outbound, of: connection.channel.channel)
        }
        await withDiscardingTaskGroup { group in
            for work in [write, beside] {
                group.addTask {
                    do {
                        try await work()
                    } catch {
                        failure.note(error)
                    }
                    // Ends the reading below, and with it the connection.
                    connection.channel.channel.close(promise: nil)
                }
            }
            do {
                try await read(&frames, receive)
            } catch {
                failure.note(error)
            }
            group.cancelAll()
        }
        if let error = failure.error, !(error is CancellationError) { throw error }
    }

    private func read(
        _ frames: inout FrameIterator,
        _ receive: @Sendable (_ message: WireMessage, _ stream: UInt64) async throws -> Void
    ) async throws {
        while true {
            waitsSince.withLock { $0 = .now }
            guard let frame = try await frames.next() else { return }
            waitsSince.withLock { $0 = nil }
            guard let message = try Self.message(frame) else { continue }
            switch message {
            case .credit(let byteCount): outbox.credit(Int(clamping: byteCount), stream: frame.stream)
            case .ping(let sequence): try outbox.send(.pong(sequence: sequence, progress: 0))
            case .pong: break
            case .goAway(let goAway): throw ClusterError(goAway)
            default: try await receive(message, frame.stream)
            }
            if case .data = message { try giveCredit(for: frame) }
        }
    }

    /// What a frame says; nil for a message of a later version: nothing depends on it that both ends did not agree to.
    private static func message(_ frame: Frame) throws(WireError) -> WireMessage? {
        do {
            return try WireMessage(frame)
        } catch {
            if error.isUnknownMessage { return nil }
            throw error
        }
    }

    private func giveCredit(for frame: Frame) throws {
        let isLast = frame.flags.contains(.end)
        traffic.countReceived(frame.payload.count)
        speed.withLock { $0.received(frame.payload.count, stream: frame.stream, isLast: isLast, at: .now) }
        let given = credits.withLock { $0.consumed(frame.payload.count, stream: frame.stream, isLast: isLast) }
        for (stream, byteCount) in given {
            try outbox.send(.credit(byteCount: UInt64(byteCount)), stream: stream)
        }
    }
}

/// What went wrong first.
private final class FirstFailure: Sendable {
    private let first = Mutex<(any Error)?>(nil)

    var error: (any Error)? { first.withLock { $0 } }

    func note(_ error: any Error) { first.withLock { $0 = $0 ?? error } }
}

extension ClusterError {
    /// Why the other end closed the connection.
    fileprivate init(_ goAway: GoAway) {
        switch goAway.code {
        case .replaced:
            // Coming back would send the other one away, which would come back as well.
            self.init(
                .rejected, "the other end closes: \(goAway.text)", remedy: "give every worker a --name of its own")
        case .shutdown: self.init(.closed, goAway.text)
        case .malformed, .idle: self.init(.connection, "the other end closes: \(goAway.text)")
        }
    }
}
