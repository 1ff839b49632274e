import Crypto
public import Tensors

/// A tensor on its way out: its header, and its chunks one by one when there is room for them.
public struct TensorEncoder: Sendable {
    /// What the receiver has to know first.
    public let header: TensorHeader
    private let excerpt: TensorExcerpt

    /// What compression is tried on: pieces of so many bytes, evenly spread over the tensor.
    private static let sampleByteCount = 16 << 10
    private static let sampleCount = 4

    /// - Parameters:
    ///   - tensor: float32 elements with 1 through 8 dimensions, none of them empty.
    ///   - region: the rectangle of a picture, `[batch, height, width, channels]`, that is sent; nil for everything.
    ///     It must lie inside.
    ///   - chunkByteCount: the negotiated chunk.
    ///   - compression: when to compress.
    ///   - isContentAddressed: whether the receiver is to keep it under its SHA-256, which is computed then.
    /// - Throws: ``WireError`` for a tensor that cannot be sent.
    public init(
        _ tensor: Tensor, region: Region? = nil, chunkByteCount: Int = FrameLimits.defaultChunk,
        compression: CompressionPolicy, isContentAddressed: Bool = false
    ) throws(WireError) {
        let excerpt = try TensorExcerpt(tensor, region)
        let plain = try TensorHeader(.float32, dimensions: excerpt.shape, chunkByteCount: chunkByteCount)
        let (filter, codec) = compression.choose(samples: Self.samples(of: excerpt), element: .float32)
        header = try TensorHeader(
            .float32, dimensions: excerpt.shape, chunkByteCount: chunkByteCount, filter: filter, codec: codec,
            sha256: isContentAddressed ? Self.digest(of: excerpt, plain) : nil)
        self.excerpt = excerpt
    }

    /// Chunk `index` as it is sent.
    ///
    /// - Parameters:
    ///   - index: 0 up to the header's ``TensorHeader/chunkCount``.
    ///   - number: which tensor of the stream it is.
    /// - Returns: what one DATA frame carries.
    public func chunk(_ index: Int, ofTensor number: Int) -> TensorChunk {
        let range = header.range(ofChunk: index)
        if header.codec == .zstd, let compressed = compressed(range) {
            return TensorChunk(tensor: number, index: index, isCompressed: true, payload: Payload(compressed))
        }
        return TensorChunk(tensor: number, index: index, isCompressed: false, payload: excerpt.payload(range))
    }

    private func compressed(_ range: Range<Int>) -> [UInt8]? {
        Zstd.compressed(header.filter.applied(to: excerpt.payload(range).bytes, width: header.element.byteWidth))
    }

    private static func samples(of excerpt: TensorExcerpt) -> [[UInt8]] {
        let size = min(sampleByteCount, excerpt.byteCount)
        guard excerpt.byteCount > sampleCount * size else { return [excerpt.payload(0..<size).bytes] }
        return (0..<sampleCount).map { index in
            let start = index * (excerpt.byteCount - size) / (sampleCount - 1) / 8 * 8
            return excerpt.payload(start..<start + size).bytes
        }
    }

    private static func digest(of excerpt: TensorExcerpt, _ header: TensorHeader) -> ContentDigest {
        var hash = SHA256()
        for index in 0..<header.chunkCount {
            hash.update(data: excerpt.payload(header.range(ofChunk: index)).bytes)
        }
        return ContentDigest(hash.finalize())
    }
}
