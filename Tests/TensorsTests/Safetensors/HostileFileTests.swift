import Foundation
import Tensors
import Testing

/// A file that must be refused, and how.
struct HostileFile: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let bytes: [UInt8]
    let reason: SafetensorsError.Reason
    var tensor: String?
    /// Text that the message has.
    var mentions: [String] = []

    init(
        _ what: String, _ bytes: [UInt8], _ reason: SafetensorsError.Reason, tensor: String? = nil,
        mentions: String...
    ) {
        testDescription = what
        self.bytes = bytes
        self.reason = reason
        self.tensor = tensor
        self.mentions = mentions
    }

    /// One tensor "a" with this entry and `data` bytes.
    static func entry(
        _ what: String, _ entry: String, data: Int = 0, _ reason: SafetensorsError.Reason = .malformedEntry,
        mentions: String...
    ) -> HostileFile {
        var file = HostileFile(what, safetensors("{\"a\":\(entry)}", data: data), reason, tensor: "a")
        file.mentions = mentions
        return file
    }

    /// A header that is not what it should be.
    static func header(
        _ what: String, _ text: String, _ reason: SafetensorsError.Reason = .malformedHeader, mentions: String...
    ) -> HostileFile {
        var file = HostileFile(what, safetensors(text), reason)
        file.mentions = mentions
        return file
    }

    static let beginnings: [HostileFile] = [
        HostileFile("no bytes", [], .foreignFormat, mentions: "nothing"),
        HostileFile("seven bytes", [9, 0, 0, 0, 0, 0, 0], .truncated, mentions: "at least 8 bytes", "found 7"),
        HostileFile("zero bytes only", [UInt8](repeating: 0, count: 4096), .foreignFormat, mentions: "zero bytes"),
        HostileFile("no header", littleEndian(UInt64(0)) + [1, 2], .malformedHeader, mentions: "begins with"),
        HostileFile(
            "a header longer than the file", littleEndian(UInt64(100)) + Array("{\"a\":".utf8), .truncated,
            mentions: "at least 108 bytes", "found 13"),
        HostileFile("a length alone", littleEndian(UInt64(100)), .truncated, mentions: "found 8"),
        HostileFile(
            "a header beyond the limit", littleEndian(UInt64(1 << 25)) + Array("{}".utf8), .headerTooLarge,
            mentions: "33554432"),
        HostileFile("the longest length", littleEndian(UInt64.max) + Array("{}".utf8), .headerTooLarge),
        HostileFile(
            "a header that is no object", safetensors("[1,2]"), .malformedHeader, mentions: "begins with", "0x5b"),
        HostileFile("a header that begins with a space", safetensors(" {}"), .malformedHeader, mentions: "0x20"),
        HostileFile(
            "a pickle", [0x80, 2] + Array("}q\0(X\u{6}\0\0\0conv_in".utf8), .foreignFormat,
            mentions: "pickle", "run code", "convert"),
        HostileFile("an archive", Array("PK\u{3}\u{4}archive/data.pkl".utf8), .foreignFormat, mentions: "zip"),
        HostileFile("five bytes of an archive", Array("PK\u{3}\u{4}a".utf8), .foreignFormat, mentions: "zip"),
        HostileFile(
            "a git-lfs pointer", Array("version https://git-lfs.github.com/spec/v1\noid sha256:4d7\nsize 34\n".utf8),
            .foreignFormat, mentions: "git lfs pull"),
        HostileFile(
            "a web page", Array("\n<!DOCTYPE html><html><title>404</title></html>".utf8), .foreignFormat,
            mentions: "a web page"),
        HostileFile("an error in JSON", Array("{\"error\": \"Access to model is gated\"}".utf8), .foreignFormat),
        HostileFile("a GGUF file", Array("GGUF\u{3}\0\0\0\0\0\0\0\0\0\0\0".utf8), .foreignFormat, mentions: "GGUF"),
    ]

    static let texts: [HostileFile] = [
        .header("an object that does not end", "{", mentions: "the end of the JSON text"),
        .header("an array that follows the object", "{}[]", mentions: "an array at byte 2"),
        .header("a comma after the last member", "{\"__metadata__\":{},}", mentions: "a key"),
        .header("a key without quotation marks", "{a:1}"),
        .header("a comma missing between members", "{\"__metadata__\":{}\"c\":{}}", mentions: "a comma"),
        HostileFile(
            "text that is not UTF-8", safetensors([0x7B, 0x22, 0xC3, 0x28, 0x22, 0x3A], data: []),
            .malformedHeader, mentions: "UTF-8"),
        HostileFile(
            "an overlong UTF-8 sequence", safetensors([0x7B, 0x22, 0xC0, 0xAF, 0x22, 0x3A], data: []),
            .malformedHeader, mentions: "UTF-8"),
        .header("a control character in a name", "{\"a\nb\":{}}", mentions: "control"),
        .header("half a surrogate pair", #"{"\ud83d":{}}"#, mentions: "surrogate"),
        .header("the wrong half of a surrogate pair", #"{"\ude00x":{}}"#, mentions: "surrogate"),
        .header("an unknown escape sequence", #"{"\x":{}}"#, mentions: "escape"),
        .header("an escape sequence cut off", #"{"\u12"#, mentions: "hexadecimal"),
        HostileFile(
            "metadata twice", safetensors(#"{"__metadata__":{},"__metadata__":{}}"#), .duplicateName,
            tensor: "__metadata__"),
        HostileFile(
            "a metadata key twice", safetensors(#"{"__metadata__":{"k":"1","k":"2"}}"#), .duplicateName,
            tensor: "__metadata__", mentions: "\"k\""),
        HostileFile(
            "metadata that is no text", safetensors(#"{"__metadata__":{"k":1}}"#), .malformedEntry,
            tensor: "__metadata__", mentions: "a string"),
        HostileFile(
            "metadata that is no object", safetensors(#"{"__metadata__":null}"#), .malformedEntry,
            tensor: "__metadata__", mentions: "null"),
        HostileFile(
            "a million open brackets",
            safetensors("{\"a\":" + String(repeating: "[", count: 1_000_000)), .malformedEntry, tensor: "a",
            mentions: "an array"),
        HostileFile(
            "a million nested objects",
            safetensors(String(repeating: "{\"a\":", count: 1_000_000)), .malformedEntry, tensor: "a"),
    ]

    static let entries: [HostileFile] = [
        .entry("an entry that is no object", "7", mentions: "an object", "another number"),
        .entry("no dtype", #"{"shape":[],"data_offsets":[0,4]}"#, data: 4, mentions: "dtype"),
        .entry("no shape", #"{"dtype":"F32","data_offsets":[0,4]}"#, data: 4, mentions: "shape"),
        .entry("no offsets", #"{"dtype":"F32","shape":[]}"#, data: 4, mentions: "data_offsets"),
        .entry("an unknown field", #"{"dtype":"F32","shape":[],"data_offsets":[0,4],"x":{}}"#, mentions: "\"x\""),
        .entry(
            "a field twice", #"{"dtype":"F32","dtype":"F16","shape":[],"data_offsets":[0,2]}"#, data: 2,
            .duplicateName, mentions: "dtype"),
        .entry(
            "an unknown dtype", #"{"dtype":"F8_E4M3","shape":[],"data_offsets":[0,1]}"#, data: 1,
            .unknownElementType, mentions: "F8_E4M3", "BF16"),
        .entry("a dtype that is no text", #"{"dtype":32,"shape":[],"data_offsets":[0,4]}"#, data: 4),
        .entry("a shape that is no array", #"{"dtype":"F32","shape":4,"data_offsets":[0,16]}"#, data: 16),
        .entry("a negative extent", #"{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}"#, data: 4),
        .entry("half an extent", #"{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}"#, data: 4),
        .entry("an exponent", #"{"dtype":"F32","shape":[1e0],"data_offsets":[0,4]}"#, data: 4),
        .entry("a leading zero", #"{"dtype":"F32","shape":[01],"data_offsets":[0,4]}"#, data: 4),
        .entry("an extent in quotation marks", #"{"dtype":"F32","shape":["1"],"data_offsets":[0,4]}"#, data: 4),
        .entry(
            "an extent of 2⁶³", #"{"dtype":"F32","shape":[9223372036854775808],"data_offsets":[0,4]}"#, data: 4,
            mentions: "larger"),
        .entry(
            "extents whose product overflows",
            #"{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0]}"#, .shapeTooLarge),
        .entry(
            "extents whose bytes overflow", #"{"dtype":"F32","shape":[4611686018427387904],"data_offsets":[0,0]}"#,
            .shapeTooLarge),
        .entry(
            "an overflow hidden by a zero", #"{"dtype":"U8","shape":[4294967296,4294967296,0],"data_offsets":[0,0]}"#,
            .shapeTooLarge),
        .entry(
            "a hundred dimensions",
            "{\"dtype\":\"U8\",\"shape\":[\(Array(repeating: "1", count: 100).joined(separator: ","))],"
                + "\"data_offsets\":[0,1]}", data: 1, mentions: "64"),
        .entry("one offset", #"{"dtype":"F32","shape":[],"data_offsets":[4]}"#, data: 4, mentions: "found 1"),
        .entry("three offsets", #"{"dtype":"F32","shape":[],"data_offsets":[0,4,8]}"#, data: 4, mentions: "at most 2"),
        .entry(
            "offsets reversed", #"{"dtype":"F32","shape":[],"data_offsets":[4,0]}"#, data: 4, .reversedOffsets,
            mentions: "4 and 0"),
        .entry(
            "too few bytes for the shape", #"{"dtype":"F32","shape":[4,4],"data_offsets":[0,60]}"#, data: 60,
            .sizeMismatch, mentions: "64 bytes for F32 [4, 4]", "60"),
        .entry(
            "too many bytes for the shape", #"{"dtype":"F16","shape":[3],"data_offsets":[0,12]}"#, data: 12,
            .sizeMismatch),
        .entry(
            "data that begins late", #"{"dtype":"U8","shape":[1],"data_offsets":[1,2]}"#, data: 2, .hole,
            mentions: "offset 0"),
    ]

    static let layouts: [HostileFile] = [
        HostileFile(
            "a file cut off", safetensors(#"{"a":{"dtype":"F32","shape":[8],"data_offsets":[0,32]}}"#, data: 31),
            .truncated, mentions: "expected 95 bytes", "found 94", "1 are missing", "fetch it again"),
        HostileFile(
            "data at the end of the address space",
            safetensors(
                #"{"a":{"dtype":"U8","shape":[7],"data_offsets":[9223372036854775800,9223372036854775807]}}"#),
            .truncated),
        HostileFile(
            "bytes after the last tensor",
            safetensors(#"{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}"#, data: 3), .trailingBytes),
        HostileFile("bytes without a tensor", safetensors("{}", data: 1), .trailingBytes),
        HostileFile(
            "tensors that overlap",
            safetensors(
                #"{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"b":{"dtype":"U8","shape":[4],"#
                    + #""data_offsets":[3,7]}}"#, data: 7),
            .overlap, tensor: "b", mentions: "offset 4", "at 3"),
        HostileFile(
            "two tensors in one place",
            safetensors(
                #"{"b":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"a":{"dtype":"U8","shape":[4],"#
                    + #""data_offsets":[0,4]}}"#, data: 4),
            .overlap, tensor: "b"),
        HostileFile(
            "a hole between tensors",
            safetensors(
                #"{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"b":{"dtype":"U8","shape":[4],"#
                    + #""data_offsets":[5,9]}}"#, data: 9),
            .hole, tensor: "b", mentions: "offset 4", "at 5"),
        HostileFile(
            "a name twice",
            safetensors(
                #"{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"a":{"dtype":"U8","shape":[1],"#
                    + #""data_offsets":[1,2]}}"#, data: 2),
            .duplicateName, tensor: "a"),
        HostileFile(
            "a name twice, once in escapes",
            safetensors(
                #"{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"\u0061":{"dtype":"U8","shape":[1],"#
                    + #""data_offsets":[1,2]}}"#, data: 2),
            .duplicateName, tensor: "a"),
    ]
}

@Suite struct HostileFileTests {
    @Test(
        "A file that breaks the format is refused, and the message says where and why",
        arguments: HostileFile.beginnings + HostileFile.texts + HostileFile.entries + HostileFile.layouts)
    func refused(_ hostile: HostileFile) throws {
        let file = try TemporaryFile(hostile.bytes)
        let error = try #require(throws: SafetensorsError.self) { try file.open() }
        #expect(error.reason == hostile.reason, "\(error)")
        #expect(error.tensor == hostile.tensor)
        #expect(error.file == file.path)
        #expect(error.description.hasPrefix(file.path))
        for text in hostile.mentions { #expect(error.description.contains(text), "\(error)") }
        #expect(!error.description.contains("\n") && error.description.count < 1000)
    }

    @Test func `A path that leads to no file is an error of the system`() throws {
        let file = try TemporaryFile()
        let missing = try #require(throws: SafetensorsError.self) { try SafetensorsFile(path: file.path + ".no") }
        #expect(missing.reason == .cannotRead && missing.systemError == 2)
        let folder = try #require(throws: SafetensorsError.self) { try SafetensorsFile(path: file.folder) }
        #expect(folder.reason == .cannotRead && folder.description.contains("a folder"))
    }

    @Test func `A named pipe is refused without waiting for its writer`() throws {
        let file = try TemporaryFile()
        let pipe = file.path + ".pipe"
        try #require(mkfifo(pipe, 0o600) == 0)
        let error = try #require(throws: SafetensorsError.self) { try SafetensorsFile(path: pipe) }
        #expect(error.reason == .cannotRead)
    }

    @Test func `A name from the file cannot fill the terminal or move its cursor`() throws {
        let name = #"\u001b[2J"# + String(repeating: "x", count: 100_000)
        let file = try TemporaryFile(safetensors("{\"\(name)\":1}"))
        let error = try #require(throws: SafetensorsError.self) { try file.open() }
        #expect(error.description.count < 1000 && !error.description.contains("\u{1b}"))
        #expect(error.description.contains(#"\u{001B}[2J"#) || error.description.contains(#"\u{1B}[2J"#))
    }

    @Test(.timeLimit(.minutes(10)))
    func `A header as long as the limit is read at once`() throws {
        var members: [String] = []
        var length = 1
        while length < (16 << 20) - 200 {
            let member = #""t\#(members.count)":{"dtype":"U8","shape":[1,0],"data_offsets":[0,0]}"#
            members.append(member)
            length += member.utf8.count + 1
        }
        let file = try TemporaryFile(safetensors("{\(members.joined(separator: ","))}"))
        #expect(try file.open().tensors.count == members.count)
    }
}
