import ClusterMessages
import Foundation
import Testing

/// Frames as earlier versions sent them. A file is never changed once a version with it was published: a message that
/// gets new fields gets a new file. `APLDM_RECORD_WIRE=1` writes those that are missing.
@Suite("Recorded bytes")
struct RecordedBytesTests {
    private static let folder = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Fixtures/wire")

    @Test("of every message still decode, and encode to the same bytes", arguments: RoundTripTests.kinds)
    func recorded(_ name: String) throws {
        let file = Self.folder.appending(path: "\(name).bin")
        var numbers = SeededNumbers(seed: 2026)
        let sample = try RoundTripTests.kind(name)(&numbers)
        if ProcessInfo.processInfo.environment["APLDM_RECORD_WIRE"] == "1",
            !FileManager.default.fileExists(atPath: file.path(percentEncoded: false))
        {
            try Data(sample.frame(stream: 7).encoded).write(to: file)
        }
        let bytes = [UInt8](try Data(contentsOf: file))
        var decoder = FrameDecoder(limits: .authenticated())
        var rest = bytes[...]
        let frame = try #require(try decoder.next(from: &rest))
        #expect(decoder.heldByteCount == 0 && rest.isEmpty)
        let message = try WireMessage(frame)
        #expect(try message.frame(stream: frame.stream).encoded == bytes)
        #expect(message == sample)
    }
}
