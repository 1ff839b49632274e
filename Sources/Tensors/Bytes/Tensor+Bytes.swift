/// The elements as bytes, as they go over the wire: little-endian binary32 in row-major order.
extension Tensor {
    /// How many bytes the elements take.
    package var byteCount: Int { count * MemoryLayout<Float>.stride }

    /// A copy of some of the bytes.
    ///
    /// - Precondition: `range` lies within ``byteCount``.
    package func bytes(in range: Range<Int>) -> [UInt8] {
        precondition(range.lowerBound >= 0 && range.upperBound <= byteCount, "bytes \(range) of \(byteCount)")
        return withSpan { elements in
            elements.bytes.withUnsafeBytes { [UInt8]($0[range]) }
        }
    }

    /// Overwrites bytes from `start` on.
    ///
    /// - Precondition: `bytes` fit between `start` and ``byteCount``.
    package mutating func replaceBytes(from start: Int, with bytes: [UInt8]) {
        precondition(start >= 0 && bytes.count <= byteCount - start, "\(bytes.count) bytes at \(start) of \(byteCount)")
        makeUnique()
        UnsafeMutableRawBufferPointer(start: UnsafeMutableRawPointer(pointer) + start, count: bytes.count)
            .copyBytes(from: bytes)
    }
}
