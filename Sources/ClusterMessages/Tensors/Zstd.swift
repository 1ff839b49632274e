import CZstd

/// One chunk, one zstd frame (RFC 8878) with its content size in the header.
enum Zstd {
    /// The only level in use: higher ones never paid.
    private static let level: Int32 = 1
    /// The widest window that a frame may ask for, in bytes.
    private static let widestWindow: UInt64 = 1 << 20
    private static let magic: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD]

    /// The compressed bytes; nil when they would not be fewer.
    static func compressed(_ bytes: [UInt8]) -> [UInt8]? {
        var size = 0
        let result = [UInt8](unsafeUninitializedCapacity: bytes.count) { target, initialized in
            // With no room for more than the original, a chunk that does not get smaller is an error here.
            size = bytes.withUnsafeBytes { source in
                ZSTD_compress(target.baseAddress, target.count, source.baseAddress, source.count, level)
            }
            if ZSTD_isError(size) != 0 { size = 0 }
            initialized = size
        }
        return size > 0 && size < bytes.count ? result : nil
    }

    /// The bytes of a frame that must give exactly `count` of them. Nothing is allocated before its header is checked.
    ///
    /// - Throws: ``WireError`` for anything else.
    static func decompressed(_ frame: [UInt8], count: Int) throws(WireError) -> [UInt8] {
        func refused(_ field: String, expected: String, found: String) -> WireError {
            WireError(.compression, "chunk.\(field)", expected: expected, found: found)
        }
        guard frame.starts(with: magic), frame.count > magic.count + 1 else {
            throw refused("payload", expected: "a zstd frame", found: QuotedBytes.describe(frame.prefix(8)))
        }
        let (contentSize, frameSize) = frame.withUnsafeBytes { bytes in
            (
                ZSTD_getFrameContentSize(bytes.baseAddress, bytes.count),
                ZSTD_findFrameCompressedSize(bytes.baseAddress, bytes.count)
            )
        }
        guard contentSize == UInt64(count) else {
            throw refused("contentSize", expected: "\(count) bytes", found: describe(contentSize: contentSize))
        }
        guard let window = windowSize(of: frame, contentSize: contentSize), window <= max(widestWindow, contentSize)
        else {
            throw refused("window", expected: "at most \(widestWindow) bytes and no dictionary", found: "more, or one")
        }
        guard frameSize == frame.count else {
            throw refused(
                "payload", expected: "one whole zstd frame of \(frame.count) bytes",
                found: ZSTD_isError(frameSize) != 0 ? "a broken one" : "one of \(frameSize)")
        }
        var size = 0
        let result = [UInt8](unsafeUninitializedCapacity: count) { target, initialized in
            size = frame.withUnsafeBytes { source in
                ZSTD_decompress(target.baseAddress, target.count, source.baseAddress, source.count)
            }
            initialized = ZSTD_isError(size) != 0 ? 0 : size
        }
        guard result.count == count else {
            throw refused(
                "payload", expected: "\(count) bytes when decompressed",
                found: ZSTD_isError(size) != 0 ? String(cString: ZSTD_getErrorName(size)) : "\(size)")
        }
        return result
    }

    /// How far back a frame may refer (RFC 8878, 3.1.1.1.2); nil when it needs a dictionary.
    private static func windowSize(of frame: [UInt8], contentSize: UInt64) -> UInt64? {
        let descriptor = frame[magic.count]
        guard descriptor & 0b11 == 0 else { return nil }
        let isSingleSegment = descriptor & 0b10_0000 != 0
        if isSingleSegment { return contentSize }
        let window = frame[magic.count + 1]
        let base = UInt64(1) << (10 + UInt64(window >> 3))
        return base + base / 8 * UInt64(window & 7)
    }

    /// `ZSTD_CONTENTSIZE_UNKNOWN` and `ZSTD_CONTENTSIZE_ERROR` are macros that Swift does not see.
    private static func describe(contentSize: UInt64) -> String {
        switch contentSize {
        case .max: "no content size"
        case .max - 1: "no zstd frame"
        default: "\(contentSize)"
        }
    }
}
