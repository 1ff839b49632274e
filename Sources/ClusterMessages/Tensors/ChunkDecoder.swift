/// Turns the chunks of one tensor, in their order, back into its raw bytes; the tensor is nowhere held as a whole.
public struct ChunkDecoder: Sendable {
    /// What was announced.
    public let header: TensorHeader
    /// The chunk that must come next.
    public private(set) var nextIndex = 0

    /// - Parameters:
    ///   - header: what was announced.
    ///   - maximumByteCount: the most bytes that the receiver has use for.
    /// - Throws: ``WireError`` when more were announced.
    public init(_ header: TensorHeader, maximumByteCount: Int) throws(WireError) {
        guard header.byteCount <= maximumByteCount else {
            throw WireError(
                .limit, "tensor.byteCount", expected: "at most \(maximumByteCount) for this operation",
                found: "\(header.byteCount)")
        }
        self.header = header
    }

    /// Whether all chunks have come.
    public var isComplete: Bool { nextIndex == header.chunkCount }

    /// The raw bytes of the next chunk.
    ///
    /// - Throws: ``WireError`` when it is another one or does not have exactly the bytes that the header promises.
    public mutating func decode(_ chunk: TensorChunk) throws(WireError) -> Payload {
        guard !isComplete, chunk.index == nextIndex else {
            throw WireError(
                .tensor, "chunk.index", expected: isComplete ? "no more chunks" : "\(nextIndex)",
                found: "\(chunk.index)")
        }
        let count = header.range(ofChunk: chunk.index).count
        let raw: Payload
        if chunk.isCompressed {
            guard header.codec == .zstd else {
                throw WireError(.compression, "chunk.flags", expected: "a plain chunk", found: "a compressed one")
            }
            let filtered = try Zstd.decompressed(chunk.payload.bytes, count: count)
            raw = Payload(header.filter.removed(from: filtered, width: header.element.byteWidth))
        } else {
            guard chunk.payload.count == count else {
                throw WireError(
                    .tensor, "chunk.payload", expected: "\(count) bytes", found: "\(chunk.payload.count)")
            }
            raw = chunk.payload
        }
        nextIndex += 1
        return raw
    }
}
