import ClusterMessages
import Crypto
import Tensors
import Testing

@Suite("Tensors on the wire")
struct TensorTransferTests {
    private static func transfer(_ encoder: TensorEncoder) throws -> Tensor {
        var assembler = try TensorAssembler(encoder.header, maximumByteCount: encoder.header.byteCount)
        for index in 0..<encoder.header.chunkCount { try assembler.append(encoder.chunk(index, ofTensor: 3)) }
        return try assembler.finish()
    }

    @Test(
        "arrive to the last bit",
        arguments: [[1], [3, 5], [1, 64, 64, 4], [1, 33, 31, 17], [1, 1, 1, 1, 1, 1, 1, 2]],
        [CompressionPolicy.never, .always, .adaptive(linkBytesPerSecond: 1e6)])
    func lossless(_ shape: [Int], _ policy: CompressionPolicy) throws {
        for tensor in [Tensor.smooth(shape), .noise(shape, seed: 5)] {
            let encoder = try TensorEncoder(
                tensor, chunkByteCount: 4096, compression: policy, isContentAddressed: true)
            let received = try Self.transfer(encoder)
            #expect(received.shape == shape && received.bits == tensor.bits)
            #expect(try Self.transfer(TensorEncoder(tensor, compression: policy)).bits == tensor.bits)
        }
    }

    @Test("elements go as little-endian binary32 and are named by their SHA-256")
    func layout() throws {
        let tensor = Tensor(shape: [2], values: [1, -2])
        let encoder = try TensorEncoder(tensor, compression: .never, isContentAddressed: true)
        let bytes: [UInt8] = [0, 0, 0x80, 0x3F, 0, 0, 0, 0xC0]
        #expect(encoder.chunk(0, ofTensor: 0).payload.bytes == bytes)
        #expect(encoder.header.sha256 == ContentDigest(of: bytes))
        #expect(encoder.header.sha256?.bytes == Array(SHA256.hash(data: bytes)))
    }

    @Test(
        "a rectangle goes instead of the whole, in chunks that end anywhere in its lines",
        arguments: [
            Region(rows: 3..<11, columns: 5..<30), Region(rows: 0..<20, columns: 7..<8),
            Region(rows: 4..<19, columns: 0..<30), Region(height: 20, width: 30),
        ], [CompressionPolicy.never, .always])
    func rectangle(_ region: Region, _ policy: CompressionPolicy) throws {
        let tensor = Tensor.smooth([2, 20, 30, 27])
        let encoder = try TensorEncoder(
            tensor, region: region, chunkByteCount: 4096, compression: policy, isContentAddressed: true)
        #expect(encoder.header.dimensions == [2, region.rows.count, region.columns.count, 27])
        #expect(try Self.transfer(encoder).bits == tensor.cropped(to: region).bits)
    }

    @Test("a rectangle that does not lie inside is refused")
    func outside() throws {
        let tensor = Tensor.smooth([1, 20, 30, 3])
        for region in [Region(rows: 3..<21, columns: 0..<2), Region(rows: 0..<2, columns: 3..<31)] {
            #expect(throws: WireError.self) { try TensorEncoder(tensor, region: region, compression: .never) }
        }
    }

    @Test("smooth pictures compress, best with sorted bytes; noise goes plain even when compression is asked for")
    func compression() throws {
        let smooth = try TensorEncoder(.smooth([1, 128, 128, 4]), compression: .adaptive(linkBytesPerSecond: 1e7))
        #expect(smooth.header.codec == .zstd && smooth.header.filter == .shuffle)
        let noise = try TensorEncoder(.noise([1, 128, 128, 4], seed: 1), compression: .always)
        #expect(noise.header.codec == .none)
        let fast = try TensorEncoder(.smooth([1, 128, 128, 4]), compression: .adaptive(linkBytesPerSecond: 1e10))
        #expect(fast.header.codec == .none)
    }

    @Test("compression pays below a link speed that depends on the ratio")
    func policy() {
        // (1 − 1/2) / (1/600 + 1/1500) MB/s
        #expect(CompressionPolicy.adaptive(linkBytesPerSecond: 214e6).pays(ratio: 2))
        #expect(!CompressionPolicy.adaptive(linkBytesPerSecond: 215e6).pays(ratio: 2))
        #expect(!CompressionPolicy.adaptive(linkBytesPerSecond: 1).pays(ratio: 1))
        #expect(!CompressionPolicy.never.pays(ratio: 100) && CompressionPolicy.always.pays(ratio: 1.01))
    }

    @Test("sorting bytes by their place can be undone", arguments: [1, 2, 3, 4, 8])
    func shuffle(_ width: Int) {
        var numbers = SeededNumbers(seed: 3)
        for elements in [0, 1, 2, 7, 63, 64, 65, 1000] {
            let bytes = numbers.bytes(elements * width)
            let sorted = ByteShuffle.shuffled(bytes, width: width)
            for byte in 0..<width {
                #expect((0..<elements).allSatisfy { sorted[byte * elements + $0] == bytes[$0 * width + byte] })
            }
            #expect(ByteShuffle.unshuffled(sorted, width: width) == bytes)
        }
    }
}
