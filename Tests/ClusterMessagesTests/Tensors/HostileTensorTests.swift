import CZstd
import ClusterMessages
import Tensors
import Testing

@Suite("Hostile tensors")
struct HostileTensorTests {
    private static func zstd(_ bytes: [UInt8], withContentSize: Bool = true) throws -> [UInt8] {
        let context = try #require(ZSTD_createCCtx())
        defer { ZSTD_freeCCtx(context) }
        ZSTD_CCtx_setParameter(context, ZSTD_c_contentSizeFlag, withContentSize ? 1 : 0)
        var result = [UInt8](repeating: 0, count: ZSTD_compressBound(bytes.count))
        let size = ZSTD_compress2(context, &result, result.count, bytes, bytes.count)
        #expect(ZSTD_isError(size) == 0)
        return Array(result[..<size])
    }

    private static func refusal(
        _ payload: [UInt8], _ header: TensorHeader, isCompressed: Bool = true, index: Int = 0
    ) throws -> WireError? {
        var decoder = try ChunkDecoder(header, maximumByteCount: header.byteCount)
        do throws(WireError) {
            _ = try decoder.decode(
                TensorChunk(tensor: 0, index: index, isCompressed: isCompressed, payload: Payload(payload)))
            return nil
        } catch {
            return error
        }
    }

    private static func header(bytes: Int) throws -> TensorHeader {
        try TensorHeader(.uint8, dimensions: [bytes], chunkByteCount: FrameLimits.largestChunk, codec: .zstd)
    }

    @Test("bombs, frames without a size, wide windows, dictionaries and trailing bytes are refused")
    func bombs() throws {
        let plain = [UInt8](repeating: 0, count: 65536)
        let header = try Self.header(bytes: plain.count)
        #expect(try Self.refusal(Self.zstd(plain), header) == nil)

        let bomb = try Self.zstd([UInt8](repeating: 0, count: 64 << 20))
        #expect(bomb.count < 8192)
        #expect(try Self.refusal(bomb, header)?.field == "chunk.contentSize")
        // The same with a size that lies: four bytes after the magic, the descriptor and the window.
        var lying = bomb
        #expect(lying[4] >> 6 == 2 && lying[4] & 0b10_0000 == 0)
        lying.replaceSubrange(6..<10, with: [0, 0, 1, 0])
        #expect(try Self.refusal(lying, header)?.kind == .compression)

        #expect(try Self.refusal(Self.zstd(plain, withContentSize: false), header)?.field == "chunk.contentSize")
        #expect(try Self.refusal(Self.zstd(plain) + [0], header)?.field == "chunk.payload")
        #expect(try Self.refusal(Array(Self.zstd(plain).dropLast()), header)?.kind == .compression)
        #expect(try Self.refusal(Self.zstd(plain) + Self.zstd([]), header)?.field == "chunk.payload")
        #expect(try Self.refusal([], header)?.field == "chunk.payload")
        #expect(try Self.refusal([0x50, 0x2A, 0x4D, 0x18, 0, 0, 0, 0], header)?.field == "chunk.payload")

        let large = [UInt8](repeating: 1, count: FrameLimits.largestChunk)
        var wide = try Self.zstd(large)
        #expect(wide[4] & 0b10_0000 == 0)
        wide[5] = 13 << 3
        #expect(try Self.refusal(wide, Self.header(bytes: large.count))?.field == "chunk.window")
        var dictionary = try Self.zstd(plain)
        dictionary[4] |= 1
        #expect(try Self.refusal(dictionary, header)?.kind == .compression)
    }

    @Test("chunks of another size, out of order, too many or compressed without notice are refused")
    func chunks() throws {
        let header = try TensorHeader(.uint8, dimensions: [5000], chunkByteCount: 4096)
        let chunk = [UInt8](repeating: 0, count: 4096)
        #expect(try Self.refusal(chunk, header, isCompressed: false) == nil)
        #expect(try Self.refusal(chunk + [0], header, isCompressed: false)?.field == "chunk.payload")
        #expect(try Self.refusal(chunk, header, isCompressed: false, index: 1)?.field == "chunk.index")
        #expect(try Self.refusal(chunk, header, isCompressed: false, index: -1)?.field == "chunk.index")
        #expect(try Self.refusal(Self.zstd(chunk), header)?.field == "chunk.flags")
        var decoder = try ChunkDecoder(header, maximumByteCount: 5000)
        for (index, count) in [4096, 904].enumerated() {
            _ = try decoder.decode(
                TensorChunk(
                    tensor: 0, index: index, isCompressed: false, payload: Payload([UInt8](repeating: 0, count: count)))
            )
        }
        #expect(decoder.isComplete)
        #expect(throws: WireError.self) {
            try decoder.decode(TensorChunk(tensor: 0, index: 2, isCompressed: false, payload: []))
        }
    }

    @Test(
        "shapes that wrap, are empty, have too many dimensions or no sensible chunk are refused",
        arguments: [
            ([], 4096), ([0], 4096), ([-1], 4096), ([1 << 40], 4096), ([1 << 32, 1 << 32], 4096),
            ([1 << 31, 1 << 31, 4], 4096), ([Int.max], 4096), ([1, 1, 1, 1, 1, 1, 1, 1, 1], 4096), ([8], 0),
            ([8], 4100),
            ([8], (4 << 20) + 8), ([8], -8),
        ])
    func shapes(_ dimensions: [Int], _ chunk: Int) {
        #expect(throws: WireError.self) {
            try TensorHeader(.float32, dimensions: dimensions, chunkByteCount: chunk)
        }
    }

    @Test("a tensor larger than its operation allows is refused before memory is taken for it")
    func maximum() throws {
        let header = try TensorHeader(.float32, dimensions: [1 << 30])
        let error = #expect(throws: WireError.self) { try TensorAssembler(header, maximumByteCount: 1 << 20) }
        #expect(error?.field == "tensor.byteCount")
        let bytes = try TensorHeader(.uint8, dimensions: [8])
        #expect(throws: WireError.self) { try TensorAssembler(bytes, maximumByteCount: 1 << 20) }
    }

    @Test("a tensor that is not whole or not the one that was announced is refused")
    func digest() throws {
        let tensor = Tensor.smooth([1, 40, 40, 1])
        let encoder = try TensorEncoder(tensor, chunkByteCount: 4096, compression: .never, isContentAddressed: true)
        var assembler = try TensorAssembler(encoder.header, maximumByteCount: tensor.count * 4)
        try assembler.append(encoder.chunk(0, ofTensor: 0))
        let early = #expect(throws: WireError.self) { try assembler.finish() }
        #expect(early?.field == "tensor.chunks")
        let other = try TensorEncoder(.smooth([1, 40, 40, 1]).scaled(by: 2), chunkByteCount: 4096, compression: .never)
        try assembler.append(other.chunk(1, ofTensor: 0))
        let late = #expect(throws: WireError.self) { try assembler.finish() }
        #expect(late?.kind == .damaged)
    }
}
