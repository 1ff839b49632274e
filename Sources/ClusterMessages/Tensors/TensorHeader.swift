import SwiftProtobuf

/// What a receiver learns of a tensor before its elements arrive.
public struct TensorHeader: Sendable, Hashable {
    /// The most dimensions.
    public static let mostDimensions = 8
    /// The most bytes that any tensor may have; operations allow less.
    public static let mostBytes = 1 << 40

    /// How an element is stored.
    public let element: WireElement
    /// The extent of every dimension, outermost first.
    public let dimensions: [Int]
    /// Bytes of the elements.
    public let byteCount: Int
    /// Raw bytes of every chunk but the last.
    public let chunkByteCount: Int
    /// What is done to a chunk before it is compressed.
    public let filter: ByteFilter
    /// How chunks may be compressed.
    public let codec: ChunkCodec
    /// The SHA-256 of the raw elements, where the tensor may be asked for by its content.
    public let sha256: ContentDigest?

    /// - Parameters:
    ///   - element: how an element is stored.
    ///   - dimensions: 1 through 8 extents of at least 1.
    ///   - chunkByteCount: raw bytes of every chunk but the last: a multiple of 8 from 4 KiB through 4 MiB.
    ///   - filter: what is done to a chunk before it is compressed.
    ///   - codec: how chunks may be compressed.
    ///   - sha256: the SHA-256 of the raw elements.
    /// - Throws: ``WireError`` when the dimensions or the chunk cannot be.
    public init(
        _ element: WireElement, dimensions: [Int], chunkByteCount: Int = FrameLimits.defaultChunk,
        filter: ByteFilter = .none, codec: ChunkCodec = .none, sha256: ContentDigest? = nil
    ) throws(WireError) {
        self.element = element
        self.dimensions = dimensions
        byteCount = try Self.byteCount(of: element, dimensions: dimensions)
        self.chunkByteCount = chunkByteCount
        self.filter = filter
        self.codec = codec
        self.sha256 = sha256
        try check()
    }

    /// How many chunks there are.
    public var chunkCount: Int { (byteCount + chunkByteCount - 1) / chunkByteCount }

    /// Where the raw bytes of a chunk lie among those of the tensor.
    ///
    /// - Precondition: there is such a chunk.
    func range(ofChunk index: Int) -> Range<Int> {
        precondition(index >= 0 && index < chunkCount, "there is no chunk \(index) of \(chunkCount)")
        return index * chunkByteCount..<min((index + 1) * chunkByteCount, byteCount)
    }

    /// The bytes that elements take, if dimensions can be trusted.
    static func byteCount(of element: WireElement, dimensions: [Int]) throws(WireError) -> Int {
        try Check.count(dimensions, 1...mostDimensions, "tensor.dimensions")
        var count = element.byteWidth
        for dimension in dimensions {
            try Check.range(dimension, 1...mostBytes, "tensor.dimensions")
            let (product, overflow) = count.multipliedReportingOverflow(by: dimension)
            guard !overflow, product <= mostBytes else {
                throw WireError(
                    .limit, "tensor.dimensions", expected: "at most \(mostBytes) bytes", found: "\(dimensions)")
            }
            count = product
        }
        return count
    }
}

extension TensorHeader: WireValue {
    init(_ proto: Apldm_V1_TensorHeader) throws(WireError) {
        try self.init(
            WireElement(known: proto.elementType, "tensor.elementType"),
            dimensions: proto.dimensions.map { Int(clamping: $0) }, chunkByteCount: Int(proto.chunkBytes),
            filter: ByteFilter(known: proto.filter, "tensor.filter"),
            codec: ChunkCodec(known: proto.codec, "tensor.codec"),
            sha256: proto.sha256.isEmpty ? nil : ContentDigest(bytes: Array(proto.sha256), field: "tensor.sha256"))
        guard proto.byteCount == byteCount else {
            throw WireError(
                .tensor, "tensor.byteCount", expected: "\(byteCount) for \(dimensions) of \(element)",
                found: "\(proto.byteCount)")
        }
    }

    var proto: Apldm_V1_TensorHeader {
        .with {
            $0.elementType = .init(element)
            $0.dimensions = dimensions.map { UInt64(clamping: $0) }
            $0.byteCount = UInt64(clamping: byteCount)
            $0.chunkBytes = UInt32(clamping: chunkByteCount)
            $0.filter = .init(filter)
            $0.codec = .init(codec)
            $0.sha256 = sha256.data
        }
    }

    func check() throws(WireError) {
        try Check.range(chunkByteCount, FrameLimits.smallestChunk...FrameLimits.largestChunk, "tensor.chunkBytes")
        guard chunkByteCount % 8 == 0 else {
            throw WireError(.tensor, "tensor.chunkBytes", expected: "a multiple of 8", found: "\(chunkByteCount)")
        }
        guard filter == .none || codec != .none else {
            throw WireError(.tensor, "tensor.filter", expected: "none without a codec", found: "\(filter)")
        }
    }
}
