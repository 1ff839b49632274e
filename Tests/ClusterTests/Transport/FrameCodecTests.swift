import Cluster
import ClusterMessages
import NIOCore
import NIOEmbedded
import Testing

/// Bytes of a socket to frames and back, through a pipeline as a connection has it.
struct FrameCodecTests {
    /// Frames of every kind: without a body, with a protobuf, with a payload.
    private func frames() throws -> [Frame] {
        let chunk = TensorChunk(
            tensor: 1, index: 2, isCompressed: false, payload: Payload([UInt8](repeating: 7, count: 90)))
        return [
            try WireMessage.drained.frame(),
            try WireMessage.data(chunk).frame(stream: 5, isLast: true),
            try WireMessage.ping(sequence: 0).frame(),
            try WireMessage.goAway(GoAway(.shutdown, text: "that is all")).frame(),
        ]
    }

    private func channel(_ limits: FrameLimits = .authenticated()) throws -> EmbeddedChannel {
        let box = FrameLimitsBox(limits)
        return EmbeddedChannel(handlers: [
            FrameReader(limits: box), MessageToByteHandler(FrameWriter()),
        ])
    }

    private func received(_ channel: EmbeddedChannel) throws -> [Frame] {
        var frames: [Frame] = []
        while let frame = try channel.readInbound(as: Frame.self) { frames.append(frame) }
        return frames
    }

    @Test func whatOneEndWritesIsWhatTheFormatSays() throws {
        let channel = try channel()
        for frame in try frames() {
            try channel.writeOutbound(frame)
            let written = try #require(try channel.readOutbound(as: ByteBuffer.self))
            #expect(Array(written.readableBytesView) == frame.encoded)
        }
    }

    @Test func everySplitInTwoGivesTheSameFrames() throws {
        let frames = try frames()
        let bytes = frames.flatMap(\.encoded)
        for split in 0...bytes.count {
            let channel = try channel()
            try channel.writeInbound(ByteBuffer(bytes: bytes[..<split]))
            try channel.writeInbound(ByteBuffer(bytes: bytes[split...]))
            let result = try received(channel)
            #expect(result == frames, "split at \(split)")
            let rest = try channel.finish()
            #expect(rest.isClean)
        }
    }

    @Test(arguments: [1, 2, 3, 31, 32, 33, 64])
    func piecesOfAnySizeGiveTheSameFrames(size: Int) throws {
        let frames = try frames()
        let bytes = frames.flatMap(\.encoded)
        let channel = try channel()
        for start in stride(from: 0, to: bytes.count, by: size) {
            try channel.writeInbound(ByteBuffer(bytes: bytes[start..<min(start + size, bytes.count)]))
        }
        #expect(try received(channel) == frames)
    }

    @Test func aFrameComesWithItsLastByteAndNoEarlier() throws {
        let frame = try frames()[1]
        let channel = try channel()
        try channel.writeInbound(ByteBuffer(bytes: frame.encoded.dropLast()))
        #expect(try received(channel).isEmpty)
        try channel.writeInbound(ByteBuffer(bytes: frame.encoded.suffix(1)))
        #expect(try received(channel) == [frame])
    }

    @Test func whatIsCutOffAtTheEndGivesNoFrame() throws {
        let bytes = try frames()[1].encoded
        for length in [1, 31, 32, 33, bytes.count - 1] {
            let channel = try channel()
            try channel.writeInbound(ByteBuffer(bytes: bytes.prefix(length)))
            _ = try? channel.finish()
            #expect(try received(channel).isEmpty, "\(length) bytes")
        }
    }

    @Test func anyFlippedBitIsFound() throws {
        let frame = try frames()[1]
        for bit in 0..<frame.encoded.count * 8 {
            var bytes = frame.encoded
            bytes[bit / 8] ^= 1 << (bit % 8)
            let channel = try channel()
            // A length that grew only waits for more, until that comes.
            #expect(throws: WireError.self, "bit \(bit)") {
                try channel.writeInbound(ByteBuffer(bytes: bytes))
                try channel.writeInbound(ByteBuffer(repeating: 0, count: FrameLimits.largestMessage + (1 << 18)))
            }
            let frames = try received(channel)
            #expect(frames.isEmpty, "bit \(bit)")
        }
    }

    /// The header alone is there: nothing of the body was waited for, let alone kept.
    @Test(arguments: [
        (FrameLimits.unauthenticated, (4 << 10) - FrameHeader.byteCount + 1, 0),
        (FrameLimits.unauthenticated, 0, 1),
        (FrameLimits.authenticated(), 1, FrameLimits.defaultChunk + 1),
    ])
    func aFrameOverTheLimitsIsRefusedByItsHeader(limits: FrameLimits, message: Int, payload: Int) throws {
        let frame = try Frame(
            payload > 0 ? .data : .message, message: [UInt8](repeating: 0, count: message),
            payload: Payload([UInt8](repeating: 0, count: payload)))
        let channel = try channel(limits)
        let error = #expect(throws: WireError.self) {
            try channel.writeInbound(ByteBuffer(bytes: frame.header.encoded))
        }
        #expect(error?.kind == .limit)
    }

    @Test func aFrameAtTheLimitIsTaken() throws {
        let limits = FrameLimits.unauthenticated
        let frame = try Frame(.message, message: [UInt8](repeating: 0, count: limits.message))
        let channel = try channel(limits)
        try channel.writeInbound(ByteBuffer(bytes: frame.encoded))
        #expect(try received(channel) == [frame])
    }

    @Test func limitsThatWereRaisedCountFromTheNextFrameOn() throws {
        let box = FrameLimitsBox(.unauthenticated)
        let channel = EmbeddedChannel(handler: FrameReader(limits: box))
        let frame = try frames()[1]
        box.value = .authenticated()
        try channel.writeInbound(ByteBuffer(bytes: frame.encoded))
        #expect(try received(channel) == [frame])
    }

    @Test(arguments: [
        Array("GET / HTTP/1.1\r\n".utf8),
        Array("PRI * HTTP/2.0\r\n".utf8),
        Array("SSH-2.0-OpenSSH_9.6\r\n".utf8),
        // The beginning of a TLS 1.2 or 1.3 ClientHello.
        [0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xFC, 0x03, 0x03],
        // Right but for the last letter.
        Array("APLX".utf8),
    ])
    func anotherProtocolIsRefusedAtItsFirstWrongByte(greeting: [UInt8]) throws {
        let wrong = try #require(zip(greeting, FrameHeader.magic).enumerated().first { $1.0 != $1.1 }?.offset)
        let channel = try channel()
        for byte in greeting[..<wrong] { try channel.writeInbound(ByteBuffer(bytes: [byte])) }
        let error = #expect(throws: WireError.self) {
            try channel.writeInbound(ByteBuffer(bytes: [greeting[wrong]]))
        }
        #expect(error?.kind == .foreignProtocol)
    }
}
