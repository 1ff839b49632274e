import CKernels

/// The checksum of frames: CRC-32C (Castagnoli, RFC 3720), for which processors have an instruction. It finds damage,
/// not forgery.
package enum CRC32C {
    /// The checksum of bytes that follow those whose checksum is `previous`.
    package static func checksum(_ bytes: RawSpan, after previous: UInt32 = 0) -> UInt32 {
        checksum(bytes, after: previous, by: ck_crc32c)
    }

    /// The same without 512-bit vectors.
    package static func narrowChecksum(_ bytes: RawSpan, after previous: UInt32 = 0) -> UInt32 {
        checksum(bytes, after: previous, by: ck_crc32c_narrow)
    }

    /// The same without special instructions.
    package static func portableChecksum(_ bytes: RawSpan, after previous: UInt32 = 0) -> UInt32 {
        checksum(bytes, after: previous, by: ck_crc32c_portable)
    }

    @inline(__always)
    private static func checksum(
        _ bytes: RawSpan, after previous: UInt32, by kernel: (UInt32, UnsafePointer<UInt8>, Int) -> UInt32
    ) -> UInt32 {
        bytes.withUnsafeBytes { buffer in
            guard let base = buffer.baseAddress else { return previous }
            return kernel(previous, base.assumingMemoryBound(to: UInt8.self), buffer.count)
        }
    }
}
