import Crypto
import DiffusionModels

/// A SHA-256 of a picture's levels, so that pictures can be compared whatever their files' compression and texts.
///
/// What is hashed: width and height, each as a 32-bit big-endian number as in a PNG header, then red, green and blue
/// of every pixel, row by row.
public struct ImageDigest {
    private var hash = SHA256()

    /// - Parameters:
    ///   - width: pixels a row.
    ///   - height: rows.
    /// - Precondition: both fit 32 bits.
    public init(width: Int, height: Int) {
        for side in [width, height] {
            let side = UInt32(side)
            hash.update(data: [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: side >> $0) })
        }
    }

    /// Adds the next rows.
    public mutating func update(rows: [UInt8]) {
        hash.update(data: rows)
    }

    mutating func update(bytes: UnsafeRawBufferPointer) { hash.update(bufferPointer: bytes) }

    /// The digest of what was added, as 64 hexadecimal digits.
    public func hexadecimal() -> String {
        hash.finalize().hexadecimal
    }
}

extension PixelImage {
    /// The digest of the whole picture, see ``ImageDigest``.
    public var digest: String {
        var digest = ImageDigest(width: width, height: height)
        digest.update(rows: pixels)
        return digest.hexadecimal()
    }
}
