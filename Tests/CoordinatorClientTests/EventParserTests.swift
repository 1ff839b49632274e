import CoordinatorClient
import Testing

/// Server-sent events as they come.
struct EventParserTests {
    private let text =
        ": hello\n\nevent: job\ndata: {\"a\":1}\n\nevent: progress\r\ndata:one\r\ndata: two\r\n\r\nid: 7\n\n"
    private let events = [
        EventParser.Event(name: "job", data: "{\"a\":1}"), EventParser.Event(name: "progress", data: "one\ntwo"),
    ]

    @Test func eventsAreTheSameWhereverTheirBytesAreCut() throws {
        let bytes = Array(text.utf8)
        for cut in bytes.indices {
            var parser = EventParser()
            let found = try parser.feed(bytes[..<cut]) + parser.feed(bytes[cut...])
            #expect(found == events)
        }
    }

    @Test func aLineWithoutEndIsRefused() throws {
        var parser = EventParser()
        let part = [UInt8](repeating: 0x61, count: 1 << 20)
        for _ in 0..<16 { _ = try parser.feed(part) }
        #expect(throws: CoordinatorClientError.self) { try parser.feed(part) }
    }
}
