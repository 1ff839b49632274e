import DiffusionModels
import Foundation
import TestSupport
import Testing

/// Beside the golden ids (VerificationTests): expected ids here are transformers 5.23's.
struct CLIPTokenizerTests {
    private static let full = GoldenFile.folder.appending(path: "models/tokenizer-clip-full")
    /// Pads with `!`, as SDXL's second tokenizer does.
    private static let exclamation = GoldenFile.folder.appending(path: "models/sdxl-a/tokenizer_2")

    private func tokens(_ text: String, _ folder: URL = full) throws -> [Int32] {
        let tokenizer = try CLIPTokenizer(folder: folder)
        let prompt = tokenizer.encode(text)
        #expect(prompt.ids.count == 77)
        #expect(prompt.ids[0] == tokenizer.startID)
        return Array(prompt.ids[1...].prefix(prompt.tokenCount))
    }

    @Test func theEndTokenThatPadsIsRecognisedAsTypedOnly() throws {
        #expect(try tokens("<|endoftext|>x") == [49407, 343])
        #expect(try tokens("<|ENDOFTEXT|>x") == [27, 347, 40786, 4160, 91, 285, 343])
    }

    @Test func theStartTokenIsRecognisedInAnyCase() throws {
        #expect(try tokens("<|STARTOFTEXT|>x") == [49406, 343])
    }

    @Test func whereSomethingElsePadsTheEndTokenIsRecognisedInAnyCase() throws {
        #expect(try tokens("<|ENDOFTEXT|>x", Self.exclamation) == [2013, 343])
        #expect(try tokens("a!b", Self.exclamation) == [320, 0, 321])
    }

    @Test func syllablesAreComposedFromTheirParts() throws {
        // U+AC00 U+11A8 is U+AC01; Foundation's normalisation leaves the two apart.
        #expect(try tokens("\u{AC00}\u{11A8}") == tokens("\u{AC01}"))
        #expect(try tokens("\u{1100}\u{1161}\u{11A8}") == tokens("\u{AC01}"))
        #expect(try tokens("e\u{301}") == tokens("\u{E9}"))
    }

    @Test func whatDoesNotFitIsReported() throws {
        let tokenizer = try CLIPTokenizer(folder: Self.full)
        let prompt = tokenizer.encode(Array(repeating: "dog", count: 74).joined(separator: " ") + " black cat sat")
        #expect(prompt.tokenCount == 77)
        #expect(prompt.truncatedText == "cat sat")
        #expect(prompt.ids.last == tokenizer.endID)
        #expect(tokenizer.encode("a cat").truncatedText == nil)
    }

    @Test(.timeLimit(.minutes(1)))
    func aWordOfAHundredThousandLettersTakesNoLongTime() throws {
        let text = String((0..<100_000).map { "etaoinshrdlu".randomElement(seed: $0) })
        #expect(try CLIPTokenizer(folder: Self.full).encode(text).tokenCount > 10_000)
    }

    @Test(
        "Broken files are refused by name",
        arguments: [
            Break("vocab.json", "not JSON"),
            Break("vocab.json", #"{"a": 0, "b": 0}"#),
            Break("vocab.json", #"{"a": -1}"#),
            Break("vocab.json", #"{"a": 1.5}"#),
            Break("vocab.json", #"{"a": 99999999999}"#),
            Break("vocab.json", #"{"a": 0}"#),
            Break("vocab.json", nil),
            Break("merges.txt", "#version: 0.2\na b c\n"),
            Break("merges.txt", "#version: 0.2\nqqqq zzzz\n"),
            Break("merges.txt", nil),
            Break("tokenizer_config.json", "[]"),
            Break("tokenizer_config.json", #"{"model_max_length": 2}"#),
            Break("tokenizer_config.json", #"{"model_max_length": "many"}"#),
            Break("tokenizer_config.json", #"{"pad_token": 7}"#),
            Break("tokenizer_config.json", #"{"pad_token": ""}"#),
            Break("tokenizer_config.json", #"{"pad_token": "<|nowhere|>"}"#),
        ])
    fileprivate func refused(fault: Break) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "apldm-tokenizer-\(UUID().uuidString)")
        try FileManager.default.copyItem(at: Self.exclamation, to: folder)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appending(path: fault.file)
        try FileManager.default.removeItem(at: file)
        try fault.content?.write(to: file, atomically: true, encoding: .utf8)
        let error = try #require(throws: TokenizerError.self) { _ = try CLIPTokenizer(folder: folder) }
        #expect(error.file.hasSuffix(fault.file) || error.file.hasSuffix("vocab.json"), "\(error)")
        #expect(error.isMissing == (fault.content == nil))
    }

    @Test func anUnsetLengthMeansTheUsualOne() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "apldm-tokenizer-\(UUID().uuidString)")
        try FileManager.default.copyItem(at: Self.full, to: folder)
        defer { try? FileManager.default.removeItem(at: folder) }
        // transformers writes this number where no length was set.
        try #"{"model_max_length": 1000000000000000019884624838656}"#
            .write(to: folder.appending(path: "tokenizer_config.json"), atomically: true, encoding: .utf8)
        #expect(try CLIPTokenizer(folder: folder).maximumLength == 77)
    }
}

private struct Break: Sendable, CustomTestStringConvertible {
    let file: String
    let content: String?
    init(_ file: String, _ content: String?) {
        self.file = file
        self.content = content
    }
    var testDescription: String { "\(file): \(content ?? "missing")" }
}

extension String {
    /// A letter that depends on the seed alone.
    fileprivate func randomElement(seed: Int) -> Character {
        let hash = UInt64(truncatingIfNeeded: seed) &* 0x9E37_79B9_7F4A_7C15
        return self[index(startIndex, offsetBy: Int(hash >> 33) % count)]
    }
}
