import Crypto
public import Tensors

/// A tensor on its way out: its header, and its chunks one by one when there is room for them.
public struct TensorEncoder: Sendable {
    /// What the receiver has to know first.
    public let header: TensorHeader
    private let tensor: Tensor

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
        let part = try region.map { region throws(WireError) in try Self.cropped(tensor, to: region) } ?? tensor
        let plain = try TensorHeader(.float32, dimensions: part.shape, chunkByteCount: chunkByteCount)
        let (filter, codec) = compression.choose(samples: Self.samples(of: part), element: .float32)
        header = try TensorHeader(
            .float32, dimensions: part.shape, chunkByteCount: chunkByteCount, filter: filter, codec: codec,
            sha256: isContentAddressed ? Self.digest(of: part, plain) : nil)
        self.tensor = part
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
        return TensorChunk(tensor: number, index: index, isCompressed: false, payload: Payload(tensor, bytes: range))
    }

    private func compressed(_ range: Range<Int>) -> [UInt8]? {
        Zstd.compressed(header.filter.applied(to: tensor.bytes(in: range), width: header.element.byteWidth))
    }

    private static func cropped(_ tensor: Tensor, to region: Region) throws(WireError) -> Tensor {
        guard tensor.shape.count == 4, region.rows.lowerBound >= 0, region.columns.lowerBound >= 0,
            region.rows.upperBound <= tensor.shape[1], region.columns.upperBound <= tensor.shape[2]
        else {
            throw WireError(
                .tensor, "tensor.region", expected: "a rectangle inside of \(tensor.shape)",
                found: "rows \(region.rows), columns \(region.columns)")
        }
        return tensor.cropped(to: region)
    }

    private static func samples(of tensor: Tensor) -> [[UInt8]] {
        let size = min(sampleByteCount, tensor.byteCount)
        guard tensor.byteCount > sampleCount * size else { return [tensor.bytes(in: 0..<size)] }
        return (0..<sampleCount).map { index in
            let start = index * (tensor.byteCount - size) / (sampleCount - 1) / 8 * 8
            return tensor.bytes(in: start..<start + size)
        }
    }

    private static func digest(of tensor: Tensor, _ header: TensorHeader) -> ContentDigest {
        var hash = SHA256()
        for index in 0..<header.chunkCount { hash.update(data: tensor.bytes(in: header.range(ofChunk: index))) }
        return ContentDigest(hash.finalize())
    }
}
