import Crypto
public import Tensors

/// A float32 tensor on its way in.
public struct TensorAssembler: Sendable {
    private var decoder: ChunkDecoder
    private var tensor: Tensor
    private var hash = SHA256()

    /// Allocates the tensor, once it is known to be within the limit.
    ///
    /// - Parameters:
    ///   - header: what was announced.
    ///   - maximumByteCount: the most bytes that the operation allows.
    /// - Throws: ``WireError`` when it is of another element type or larger.
    public init(_ header: TensorHeader, maximumByteCount: Int) throws(WireError) {
        guard header.element == .float32 else {
            throw WireError(.tensor, "tensor.elementType", expected: "float32", found: "\(header.element)")
        }
        decoder = try ChunkDecoder(header, maximumByteCount: maximumByteCount)
        // Every byte comes in a chunk before it is handed on.
        tensor = Tensor(uninitialized: header.dimensions)
    }

    /// What was announced.
    public var header: TensorHeader { decoder.header }

    /// Whether all chunks have come.
    public var isComplete: Bool { decoder.isComplete }

    /// Takes the next chunk.
    ///
    /// - Throws: ``WireError`` when it is another one or does not have exactly the bytes that the header promises.
    public mutating func append(_ chunk: TensorChunk) throws(WireError) {
        var start = header.chunkByteCount * decoder.nextIndex
        let raw = try decoder.decode(chunk)
        if header.sha256 != nil { hash.update(data: raw.bytes) }
        raw.forEachPart { part in
            tensor.replaceBytes(from: start, with: part)
            start += part.byteCount
        }
    }

    /// The whole tensor.
    ///
    /// - Throws: ``WireError`` when chunks are missing or its SHA-256 is another than announced.
    public func finish() throws(WireError) -> Tensor {
        guard isComplete else {
            throw WireError(
                .tensor, "tensor.chunks", expected: "\(header.chunkCount)", found: "\(decoder.nextIndex)")
        }
        if let expected = header.sha256 {
            let found = ContentDigest(hash.finalize())
            guard found == expected else {
                throw WireError(
                    .damaged, "tensor.sha256", expected: expected.hexadecimal, found: found.hexadecimal)
            }
        }
        return tensor
    }
}
