import CKernels

/// The checksum of frames: CRC-32C (Castagnoli, RFC 3720), for which processors have an instruction. It finds damage,
/// not forgery.
package enum CRC32C {
    /// The checksum of bytes that follow those whose checksum is `previous`.
    package static func checksum(_ bytes: RawSpan, after previous: UInt32 = 0) -> UInt32 {
        bytes.withUnsafeBytes { buffer in
            guard let base = buffer.baseAddress else { return previous }
            return ck_crc32c(previous, base.assumingMemoryBound(to: UInt8.self), buffer.count)
        }
    }

    /// The same without special instructions.
    package static func portableChecksum(_ bytes: RawSpan, after previous: UInt32 = 0) -> UInt32 {
        bytes.withUnsafeBytes { buffer in
            guard let base = buffer.baseAddress else { return previous }
            return ck_crc32c_portable(previous, base.assumingMemoryBound(to: UInt8.self), buffer.count)
        }
    }
}
