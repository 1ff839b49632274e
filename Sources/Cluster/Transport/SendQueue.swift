package import ClusterMessages

/// What waits to be sent on a connection, in the order in which it goes.
///
/// Messages go first, so that a heartbeat never waits for a tensor. The streams' tensors go one after the other, as tasks
/// are computed in the order in which they were offered: sharing the connection, all would come as late as the last. Files
/// take every second turn. What the receiver has given no credit for waits, and lets the next one go.
package struct SendQueue {
    /// The next thing to send.
    package enum Item {
        case frame(Frame)
        /// A chunk that is still to be cut, perhaps compressed.
        case chunk(any ChunkSource, index: Int, tensor: Int, stream: UInt64, isLast: Bool)
    }

    /// Tensors of one stream.
    private struct Bulk {
        let stream: UInt64
        let tensors: [any ChunkSource]
        let isFile: Bool
        var tensor = 0
        var chunk = 0
        var credit: Int
    }

    private var messages: [Frame] = []
    private var firstMessage = 0
    private var bulks: [Bulk] = []
    private var filesTurn = false
    private var connectionCredit: Int
    private let streamCredit: Int
    package private(set) var isClosed = false

    /// - Parameters:
    ///   - connectionCredit: payload bytes that may be on their way.
    ///   - streamCredit: the same for one stream.
    package init(connectionCredit: Int, streamCredit: Int) {
        self.connectionCredit = connectionCredit
        self.streamCredit = streamCredit
    }

    /// Whether nothing waits.
    package var isEmpty: Bool { firstMessage == messages.count && bulks.isEmpty }

    package mutating func add(_ frame: Frame) {
        if !isClosed { messages.append(frame) }
    }

    /// Adds tensors to a stream whose headers were added before.
    ///
    /// - Parameters:
    ///   - tensors: whatever comes in chunks.
    ///   - stream: the stream.
    ///   - isFile: whether it is a file, which takes long and nobody needs at once.
    package mutating func add(_ tensors: [any ChunkSource], stream: UInt64, isFile: Bool = false) {
        guard !isClosed, !tensors.isEmpty else { return }
        bulks.append(Bulk(stream: stream, tensors: tensors, isFile: isFile, credit: streamCredit))
    }

    /// Throws away what still waits of a stream's tensors.
    package mutating func drop(stream: UInt64) { bulks.removeAll { $0.stream == stream } }

    /// Takes nothing more; what waits is still sent.
    package mutating func close() { isClosed = true }

    /// The receiver has room for more: on a stream, or on stream 0 on the whole connection.
    package mutating func credit(_ byteCount: Int, stream: UInt64) {
        // The number comes from the other end: it may be anything.
        let byteCount = min(max(byteCount, 0), 1 << 40)
        if stream == 0 {
            connectionCredit = min(connectionCredit + byteCount, 1 << 40)
        } else if let index = bulks.firstIndex(where: { $0.stream == stream }) {
            bulks[index].credit = min(bulks[index].credit + byteCount, 1 << 40)
        }
    }

    /// Takes note of the payload bytes of a chunk that was cut.
    package mutating func spent(_ byteCount: Int, stream: UInt64) {
        connectionCredit -= byteCount
        if let index = bulks.firstIndex(where: { $0.stream == stream }) { bulks[index].credit -= byteCount }
    }

    /// Takes out all messages, in order.
    package mutating func takeMessages() -> [Frame] {
        defer {
            messages = []
            firstMessage = 0
        }
        return Array(messages[firstMessage...])
    }

    /// Takes out what goes next; nil when nothing waits or there is no credit for what does.
    package mutating func next() -> Item? {
        if firstMessage < messages.count {
            let frame = messages[firstMessage]
            firstMessage += 1
            if firstMessage == messages.count {
                messages.removeAll(keepingCapacity: true)
                firstMessage = 0
            }
            return .frame(frame)
        }
        guard connectionCredit > 0 else { return nil }
        let first = bulks.firstIndex { $0.credit > 0 && $0.isFile == filesTurn }
        let other = bulks.firstIndex { $0.credit > 0 && $0.isFile != filesTurn }
        guard let index = first ?? other else { return nil }
        filesTurn = !bulks[index].isFile
        return chunk(of: index)
    }

    private mutating func chunk(of index: Int) -> Item {
        let bulk = bulks[index]
        let encoder = bulk.tensors[bulk.tensor]
        let isLastChunk = bulk.chunk + 1 == encoder.header.chunkCount
        let isLast = isLastChunk && bulk.tensor + 1 == bulk.tensors.count
        if isLast {
            bulks.remove(at: index)
        } else {
            bulks[index].chunk = isLastChunk ? 0 : bulk.chunk + 1
            bulks[index].tensor += isLastChunk ? 1 : 0
        }
        return .chunk(encoder, index: bulk.chunk, tensor: bulk.tensor, stream: bulk.stream, isLast: isLast)
    }
}
