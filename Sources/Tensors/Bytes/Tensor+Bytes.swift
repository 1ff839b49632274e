/// The elements as bytes, as they go over the wire: little-endian binary32 in row-major order.
extension Tensor {
    /// How many bytes the elements take.
    package var byteCount: Int { count * MemoryLayout<Float>.stride }

    /// A copy of some of the bytes.
    ///
    /// - Precondition: `range` lies within ``byteCount``.
    package func bytes(in range: Range<Int>) -> [UInt8] {
        withBytes(in: range) { bytes in bytes.withUnsafeBytes { [UInt8]($0) } }
    }

    /// Shows some of the bytes.
    ///
    /// - Precondition: `range` lies within ``byteCount``.
    package func withBytes<Result, Failure: Error>(
        in range: Range<Int>, _ body: (RawSpan) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try withSpan { elements throws(Failure) in try body(elements.bytes.extracting(range)) }
    }

    /// Overwrites bytes from `start` on.
    ///
    /// - Precondition: `bytes` fit between `start` and ``byteCount``.
    package mutating func replaceBytes(from start: Int, with bytes: RawSpan) {
        precondition(
            start >= 0 && bytes.byteCount <= byteCount - start, "\(bytes.byteCount) bytes at \(start) of \(byteCount)")
        makeUnique()
        let target = UnsafeMutableRawBufferPointer(
            start: UnsafeMutableRawPointer(pointer) + start, count: bytes.byteCount)
        bytes.withUnsafeBytes { target.copyMemory(from: $0) }
    }
}

extension [UInt8] {
    /// Appends a copy of the bytes.
    package mutating func append(copying bytes: RawSpan) { bytes.withUnsafeBytes { append(contentsOf: $0) } }
}
