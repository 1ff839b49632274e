/// How one element of a tensor is stored on the wire, little-endian.
public enum WireElement: Int, Sendable, Hashable, CaseIterable {
    /// IEEE 754 binary32: what the engine computes in.
    case float32 = 1
    /// IEEE 754 binary16.
    case float16 = 2
    /// Unsigned, 16 bits.
    case uint16 = 3
    /// Unsigned, 8 bits: pixels, and the bytes of files.
    case uint8 = 4

    /// Bytes an element takes.
    public var byteWidth: Int {
        switch self {
        case .float32: 4
        case .float16, .uint16: 2
        case .uint8: 1
        }
    }
}

/// What is done to the bytes of a chunk before they are compressed.
public enum ByteFilter: Int, Sendable, Hashable, CaseIterable {
    /// Nothing.
    case none = 0
    /// Bytes are sorted by their place in the elements.
    case shuffle = 1
}

/// How the chunks of a tensor may be compressed.
public enum ChunkCodec: Int, Sendable, Hashable, CaseIterable {
    /// Not at all.
    case none = 0
    /// Each chunk that gets smaller is one zstd frame, marked by ``FrameFlags/compressed``.
    case zstd = 1
}
