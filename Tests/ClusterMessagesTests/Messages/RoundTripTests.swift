import ClusterMessages
import Testing

@Suite("Messages")
struct RoundTripTests {
    static let kinds = RandomMessage.kinds.map(\.name)

    static func kind(_ name: String) throws -> @Sendable (inout SeededNumbers) throws -> WireMessage {
        try #require(RandomMessage.kinds.first { $0.name == name }).make
    }

    @Test("come out as they went in, as their bytes do", arguments: kinds)
    func roundTrip(_ name: String) throws {
        let make = try Self.kind(name)
        var numbers = SeededNumbers(seed: 11)
        for _ in 0..<200 {
            let message = try make(&numbers)
            let frame = try message.frame(stream: numbers.next(), isLast: numbers.chance(50))
            var decoder = FrameDecoder(limits: .authenticated())
            var bytes = frame.encoded[...]
            let received = try #require(try decoder.next(from: &bytes))
            #expect(received == frame)
            let decoded = try WireMessage(received)
            #expect(decoded == message)
            #expect(try decoded.frame(stream: frame.stream, isLast: frame.flags.contains(.end)) == frame)
        }
    }

    @Test("that are cut short are refused or are another whole message, never a trap", arguments: kinds)
    func truncation(_ name: String) throws {
        var numbers = SeededNumbers(seed: 12)
        let frame = try Self.kind(name)(&numbers).frame()
        for count in 0..<frame.message.count {
            let cut = try Frame(frame.type, message: Array(frame.message[..<count]))
            do throws(WireError) {
                let message = try WireMessage(cut)
                #expect(try message.frame().message.count <= frame.message.count)
            } catch {
                #expect(!error.field.isEmpty && !error.expected.isEmpty && !error.remedy.isEmpty)
            }
        }
    }

    @Test("of a later version are told apart from broken ones")
    func unknown() throws {
        // Field 500 of the envelope, and a field that a known message got later.
        let newer = try Frame(.message, message: [0xA2, 0x1F, 0])
        let error = #expect(throws: WireError.self) { try WireMessage(newer) }
        #expect(error?.isUnknownMessage == true)
        let ping = try WireMessage.ping(sequence: 3).frame()
        let extended = try Frame(.ping, message: ping.message + [0xA2, 0x1F, 1, 7])
        #expect(try WireMessage(extended) == .ping(sequence: 3))
        let broken = #expect(throws: WireError.self) { try WireMessage(Frame(.ping, message: [0xFF])) }
        #expect(broken?.kind == .malformed)
    }

    @Test("too deep to be honest are refused")
    func depth() throws {
        // A group in an unknown field, which a parser has to follow to its end, inside of another and so on.
        func nested(_ levels: Int) throws -> Frame {
            let opened = (0..<levels).flatMap { _ in [0xA3, 0x1F] as [UInt8] }
            return try Frame(.message, message: opened + (0..<levels).flatMap { _ in [0xA4, 0x1F] as [UInt8] })
        }
        for (levels, kind) in [(8, WireError.Kind.unknownMessage), (17, .malformed), (16_000, .malformed)] {
            let error = #expect(throws: WireError.self) { try WireMessage(nested(levels)) }
            #expect(error?.kind == kind, "\(levels) levels")
        }
    }
}
