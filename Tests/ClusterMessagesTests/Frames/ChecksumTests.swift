import Tensors
import Testing

@Suite("CRC-32C")
struct ChecksumTests {
    /// The check value of the CRC catalogue and the vectors of RFC 3720, B.4.
    private static let vectors: [(bytes: [UInt8], checksum: UInt32)] = [
        ([], 0),
        (Array("123456789".utf8), 0xE306_9283),
        (Array(repeating: 0x00, count: 32), 0x8A91_36AA),
        (Array(repeating: 0xFF, count: 32), 0x62A8_AB43),
        (Array(0..<32), 0x46DD_794E),
        (Array((0..<32).reversed()), 0x113F_DB5C),
    ]

    @Test("known vectors give what the standard says", arguments: vectors)
    func knownVectors(_ bytes: [UInt8], _ checksum: UInt32) {
        #expect(CRC32C.checksum(bytes.span.bytes) == checksum)
        #expect(CRC32C.narrowChecksum(bytes.span.bytes) == checksum)
        #expect(CRC32C.portableChecksum(bytes.span.bytes) == checksum)
    }

    @Test("vectors, the processor's instruction and the table agree, whole and in two parts, at every length")
    func agreement() {
        var numbers = SeededNumbers(seed: 1)
        for length in Array(0..<1100) + [3071, 3072, 3073, 3080, 6143, 6144, 9999, 20_001] {
            let bytes = numbers.bytes(length)
            let whole = CRC32C.checksum(bytes.span.bytes)
            #expect(whole == CRC32C.portableChecksum(bytes.span.bytes))
            #expect(whole == CRC32C.narrowChecksum(bytes.span.bytes))
            let split = numbers.int(0...length)
            let (head, tail) = (Array(bytes[..<split]), Array(bytes[split...]))
            #expect(whole == CRC32C.checksum(tail.span.bytes, after: CRC32C.checksum(head.span.bytes)))
        }
    }
}
