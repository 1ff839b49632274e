import Crypto
import DiffusionModels
public import Tensors

/// A SHA-256 of given noise, whatever its file is called and whatever else is in it.
///
/// What is hashed: the four sizes in the order batch, channels, height, width, each as a 32-bit big-endian number, then
/// the elements in that order as 32-bit little-endian floats.
public enum LatentsDigest {
    /// - Parameter latents: `[batch, height, width, channels]`.
    /// - Returns: 64 hexadecimal digits.
    public static func digest(_ latents: Tensor) -> String {
        let stored = latents.channelsFirst()
        var hash = SHA256()
        for count in stored.shape {
            hash.update(data: bytes(UInt32(truncatingIfNeeded: count).byteSwapped))
        }
        for value in stored.values { hash.update(data: bytes(value.bitPattern)) }
        return hash.finalize().hexadecimal
    }

    /// The bytes of a number, the lowest first.
    private static func bytes(_ number: UInt32) -> [UInt8] {
        [0, 8, 16, 24].map { UInt8(truncatingIfNeeded: number >> $0) }
    }
}
