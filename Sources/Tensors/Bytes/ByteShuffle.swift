import CKernels

/// Sorts the bytes of numbers by their place: all first bytes, then all second ones and so on. Neighbouring numbers
/// share sign and exponent, which so come to lie together and compress.
package enum ByteShuffle {
    /// - Precondition: `bytes` is a whole number of elements of `width` bytes.
    package static func shuffled(_ bytes: [UInt8], width: Int) -> [UInt8] {
        transformed(bytes, width: width, by: ck_shuffle_bytes)
    }

    /// Undoes ``shuffled(_:width:)``.
    ///
    /// - Precondition: `bytes` is a whole number of elements of `width` bytes.
    package static func unshuffled(_ bytes: [UInt8], width: Int) -> [UInt8] {
        transformed(bytes, width: width, by: ck_unshuffle_bytes)
    }

    private static func transformed(
        _ bytes: [UInt8], width: Int, by kernel: (Int, Int, UnsafePointer<UInt8>, UnsafeMutablePointer<UInt8>) -> Void
    ) -> [UInt8] {
        precondition(width > 0 && bytes.count % width == 0, "\(bytes.count) bytes are no elements of \(width)")
        return [UInt8](unsafeUninitializedCapacity: bytes.count) { target, initialized in
            bytes.withUnsafeBufferPointer { source in
                guard let from = source.baseAddress, let to = target.baseAddress else { return }
                kernel(bytes.count / width, width, from, to)
            }
            initialized = bytes.count
        }
    }
}
