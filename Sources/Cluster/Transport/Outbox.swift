import ClusterMessages
import NIOCore
import Synchronization

/// Where the parts of a node leave what a connection is to send; one task writes it.
final class Outbox: Sendable {
    /// So many chunks are handed to the socket at a time.
    private static let batch = 4

    private struct State {
        /// What waits: tensors, and messages as long as there is nothing that writes.
        var queue: SendQueue
        /// Where messages go at once, as soon as there is.
        var channel: (any Channel)?
    }

    private let state: Mutex<State>
    private let traffic: TrafficCounter
    private let wake: AsyncStream<Void>
    private let signal: AsyncStream<Void>.Continuation

    /// - Parameters:
    ///   - connectionCredit: payload bytes that may be on their way.
    ///   - streamCredit: the same for one stream.
    ///   - traffic: what counts them.
    init(connectionCredit: Int, streamCredit: Int, traffic: TrafficCounter) {
        self.traffic = traffic
        state = Mutex(State(queue: SendQueue(connectionCredit: connectionCredit, streamCredit: streamCredit)))
        (wake, signal) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Sends a message, and tensors behind it on the same stream.
    ///
    /// - Parameters:
    ///   - message: goes at once.
    ///   - tensors: follow when it is their turn.
    ///   - stream: the stream; 0 for messages that belong to none.
    ///   - isFile: whether a file follows, which takes turns with the tensors.
    /// - Throws: `WireError` for a message that the receiver would refuse.
    func send(
        _ message: WireMessage, followedBy tensors: [any ChunkSource] = [], stream: UInt64 = 0, isFile: Bool = false
    ) throws(WireError) {
        let frame = try message.frame(stream: stream)
        let somethingWaits = state.withLock { state in
            if let channel = state.channel, !state.queue.isClosed {
                // While nobody else can send, so that messages stay in order.
                channel.writeAndFlush(frame, promise: nil)
            } else {
                state.queue.add(frame)
            }
            state.queue.add(tensors, stream: stream, isFile: isFile)
            return !state.queue.isEmpty
        }
        if somethingWaits { signal.yield() }
    }

    /// The receiver has room for more.
    func credit(_ byteCount: Int, stream: UInt64) {
        state.withLock { $0.queue.credit(byteCount, stream: stream) }
        signal.yield()
    }

    /// Throws away what waits of a stream's tensors.
    func drop(stream: UInt64) { state.withLock { $0.queue.drop(stream: stream) } }

    /// Ends the writing once everything that waits was sent.
    func close() {
        state.withLock { $0.queue.close() }
        signal.yield()
        signal.finish()
    }

    /// Writes what comes until the outbox is closed: tensors through the writer, which lets them wait while the socket
    /// is busy, and messages, which are few and small, to the channel itself.
    ///
    /// - Throws: what the socket throws, and `CancellationError`.
    func drain(into writer: NIOAsyncChannelOutboundWriter<Frame>, of channel: any Channel) async throws {
        state.withLock { state in
            // What has waited goes before all that comes.
            for frame in state.queue.takeMessages() { channel.writeAndFlush(frame, promise: nil) }
            state.channel = channel
        }
        signal.yield()
        for await _ in wake {
            while true {
                let frames = try nextFrames()
                if frames.isEmpty { break }
                try await writer.write(contentsOf: frames)
            }
        }
    }

    /// Everything that is ready to go, at most a batch of chunks.
    private func nextFrames() throws -> [Frame] {
        var frames: [Frame] = []
        var chunks = 0
        while chunks < Self.batch, let item = state.withLock({ $0.queue.next() }) {
            switch item {
            case .frame(let frame): frames.append(frame)
            case .chunk(let encoder, let index, let tensor, let stream, let isLast):
                // Compression takes time, so it is done while nobody waits for the queue.
                let chunk = try encoder.chunk(index, ofTensor: tensor)
                state.withLock { $0.queue.spent(chunk.payload.count, stream: stream) }
                traffic.countSent(chunk.payload.count)
                frames.append(try WireMessage.data(chunk).frame(stream: stream, isLast: isLast))
                chunks += 1
            }
        }
        return frames
    }
}
