import ClusterMessages
import Testing

@Suite("Frames")
struct FrameDecoderTests {
    private static func frames() throws -> [Frame] {
        var numbers = SeededNumbers(seed: 7)
        return [
            try Frame(.hello, message: numbers.bytes(20)),
            try Frame(.ping, flags: .control, message: []),
            try Frame(.data, flags: [.end, .compressed], stream: .max, message: numbers.bytes(3), payload: [1]),
            try Frame(.data, stream: 1 << 40, message: [], payload: Payload(numbers.bytes(100))),
            try Frame(.message, stream: 5, message: numbers.bytes(70)),
        ]
    }

    private static func decode(_ pieces: [ArraySlice<UInt8>], limits: FrameLimits) throws -> [Frame] {
        var decoder = FrameDecoder(limits: limits)
        var frames: [Frame] = []
        for piece in pieces {
            var piece = piece
            while let frame = try decoder.next(from: &piece) { frames.append(frame) }
            #expect(piece.isEmpty)
        }
        #expect(decoder.heldByteCount == 0)
        return frames
    }

    @Test("are the same however the bytes are split")
    func everySplit() throws {
        let frames = try Self.frames()
        let bytes = frames.flatMap(\.encoded)
        for split in 0...bytes.count {
            #expect(try Self.decode([bytes[..<split], bytes[split...]], limits: .authenticated()) == frames)
        }
        let singly = bytes.indices.map { bytes[$0...$0] }
        #expect(try Self.decode(singly, limits: .authenticated()) == frames)
    }

    @Test("a header is laid out as the protocol says")
    func layout() throws {
        let bytes = try Frame(
            .data, flags: [.end, .control], stream: 0x0102_0304_0506_0708, message: [9], payload: [8, 7]
        )
        .encoded
        #expect(
            Array(bytes[..<24]) == [
                0x41, 0x50, 0x4C, 0x44, 1, 3, 5, 0, 8, 7, 6, 5, 4, 3, 2, 1, 1, 0, 0, 0, 2, 0, 0, 0,
            ])
        #expect(bytes.count == 35 && bytes[32...] == [9, 8, 7])
    }

    @Test("damage to any bit of a frame is found")
    func damage() throws {
        let whole = try Frame(.data, stream: 3, message: [1, 2, 3], payload: [4, 5, 6, 7]).encoded
        for bit in 0..<whole.count * 8 {
            var bytes = whole[...]
            bytes[bit / 8] ^= 1 << UInt8(bit % 8)
            var decoder = FrameDecoder(limits: .authenticated())
            // A longer length makes the decoder wait, within the limits; everything else is an error at once.
            do throws(WireError) {
                #expect(try decoder.next(from: &bytes) == nil)
                #expect((16..<24).contains(bit / 8))
            } catch {
                #expect(throws: error) { try decoder.next(from: &bytes) }
            }
        }
    }

    @Test(
        "another protocol is refused at its first bytes",
        arguments: ["GET / HTTP/1.0\r\n\r\n", "\u{16}\u{03}\u{01}", "X", "APLX"])
    func foreign(_ text: String) {
        var decoder = FrameDecoder()
        var bytes = Array(text.utf8)[...]
        let error = #expect(throws: WireError.self) { try decoder.next(from: &bytes) }
        #expect(error?.kind == .foreignProtocol)
    }

    @Test(
        "a header that breaks a rule is refused before its body is there",
        arguments: [
            (4, [UInt8](arrayLiteral: 2), WireError.Kind.version, "frame.version"),
            (5, [0], .header, "frame.type"), (5, [9], .header, "frame.type"), (6, [8], .header, "frame.flags"),
            (6, [0, 0x80], .header, "frame.flags"), (6, [2], .header, "frame.flags"),
            (16, [1, 0, 1, 0], .limit, "frame.messageLength"),
            (16, [255, 255, 255, 255], .limit, "frame.messageLength"),
            (20, [1], .limit, "frame.payloadLength"), (20, [255, 255, 255, 255], .limit, "frame.payloadLength"),
        ])
    func rules(_ offset: Int, _ bytes: [UInt8], _ kind: WireError.Kind, _ field: String) throws {
        var header = try Frame(.message, message: []).encoded
        header.replaceSubrange(offset..<offset + bytes.count, with: bytes)
        var decoder = FrameDecoder(limits: .authenticated())
        var rest = header[...]
        let error = #expect(throws: WireError.self) { try decoder.next(from: &rest) }
        #expect(error?.kind == kind && error?.field == field)
    }

    @Test("limits are narrow before authentication and as negotiated after it")
    func limits() throws {
        let tooLong = try Frame(.message, message: [UInt8](repeating: 0, count: (4 << 10) - 31)).encoded
        let payload = try Frame(.data, message: [], payload: Payload([UInt8](repeating: 0, count: (64 << 10) + 1)))
            .encoded
        for (bytes, limits) in [
            (tooLong, FrameLimits.unauthenticated), (payload, .unauthenticated),
            (payload, .authenticated(chunk: 64 << 10)),
        ] {
            var decoder = FrameDecoder(limits: limits)
            var header = bytes[..<32]
            let error = #expect(throws: WireError.self) { try decoder.next(from: &header) }
            #expect(error?.kind == .limit)
        }
        for bytes in [tooLong, payload] {
            #expect(try Self.decode([bytes[...]], limits: .authenticated()).count == 1)
        }
        #expect(FrameLimits.authenticated(chunk: .max).payload == 4 << 20)
        #expect(FrameLimits.authenticated(chunk: -1).payload == 4 << 10)
        #expect(throws: WireError.self) { try Frame(.message, message: [UInt8](repeating: 0, count: (64 << 10) + 1)) }
        #expect(throws: WireError.self) { try Frame(.ping, message: [], payload: [0]) }
    }
}
