import DiffusionModels
import Foundation
import Testing

/// Folders that cannot be used are refused with an error that names the file and what is wrong.
struct TokenizerLoadingTests {
    /// The 256 bytes, each alone and at the end of a word, and the two special tokens.
    static let vocabulary: [String: Int] = {
        var next: UInt32 = 0x100
        let bytes = (UInt32(0)...255).map { byte -> String in
            switch byte {
            case 0x21...0x7E, 0xA1...0xAC, 0xAE...0xFF:
                return Unicode.Scalar(byte).map { String($0) } ?? ""
            default:
                defer { next += 1 }
                return Unicode.Scalar(next).map { String($0) } ?? ""
            }
        }
        let tokens = bytes + bytes.map { $0 + "</w>" } + ["<|startoftext|>", "<|endoftext|>"]
        return Dictionary(uniqueKeysWithValues: zip(tokens, 0...))
    }()

    static func json(_ vocabulary: [String: Int]) -> String {
        String(decoding: (try? JSONEncoder().encode(vocabulary)) ?? Data(), as: UTF8.self)
    }

    static let usable = ["vocab.json": json(vocabulary), "merges.txt": "#version: 0.2\n"]

    static func error(_ files: [String: String]) throws -> TokenizerError {
        try TokenizerFixture.withFolder(files) { folder in
            try #require(throws: TokenizerError.self) { _ = try CLIPTokenizer(folder: folder) }
        }
    }

    @Test func `two files are enough`() throws {
        try TokenizerFixture.withFolder(Self.usable) { folder in
            let tokenizer = try CLIPTokenizer(folder: folder)
            #expect(tokenizer.vocabularySize == 514)
            #expect(tokenizer.padID == 513)
            #expect(tokenizer.encode("Hi").ids.prefix(4) == [512, 104, 361, 513])
        }
    }

    @Test(arguments: ["vocab.json", "merges.txt"])
    func `a missing file is named`(name: String) throws {
        var files = Self.usable
        files[name] = nil
        files["tokenizer.json"] = "{}"
        let error = try Self.error(files)
        #expect(error.file.hasSuffix(name))
        #expect(error.found == "no such file")
        #expect(error.remedy.contains("tokenizer.json"))
    }

    @Test(arguments: [
        ("", "no valid JSON"), ("{", "no valid JSON"), ("[]", "another shape"), ("{}", "no token"),
        (#"{"a": "b"}"#, #"another shape at "a""#), (#"{"a": null}"#, #"another shape at "a""#),
        (#"{"a": 1.5}"#, #"1.5 for "a""#), (#"{"a": -1}"#, #"-1.0 for "a""#), (#"{"a": 1e30}"#, #"1e+30 for "a""#),
        (#"{"a": 1048576}"#, #"1048576.0 for "a""#), (#"{"a": 3, "b": 3}"#, "id 3 twice"),
        (#"{"a": 0}"#, "neither that nor"), (String(repeating: "[", count: 100_000), "no valid JSON"),
    ])
    func `a vocabulary that makes no sense is refused`(text: String, found: String) throws {
        var files = Self.usable
        files["vocab.json"] = text
        let error = try Self.error(files)
        #expect(error.file.hasSuffix("vocab.json"))
        #expect(error.found.contains(found))
    }

    @Test(arguments: ["a", "a b c", "a  b", "", "a ", "a b\n\nb c", "zz a", "a b"])
    func `a merge that is not two tokens of the vocabulary that join is refused`(merge: String) throws {
        var files = Self.usable
        files["merges.txt"] = "#version: 0.2\n\(merge)\n"
        let error = try Self.error(files)
        #expect(error.file.hasSuffix("merges.txt line 2"))
    }

    @Test func `merges may have carriage returns and no last line feed`() throws {
        var vocabulary = Self.vocabulary
        vocabulary["ab</w>"] = 600
        let files = ["vocab.json": Self.json(vocabulary), "merges.txt": "#version: 0.2\r\na b</w>"]
        try TokenizerFixture.withFolder(files) { folder in
            let tokenizer = try CLIPTokenizer(folder: folder)
            #expect(tokenizer.encode("ab").ids[1] == 600)
        }
    }

    @Test(arguments: ["<|startoftext|>", "<|endoftext|>"])
    func `a missing special token is named`(token: String) throws {
        var vocabulary = Self.vocabulary
        vocabulary[token] = nil
        let error = try Self.error(["vocab.json": Self.json(vocabulary), "merges.txt": ""])
        #expect(error.expected.contains(token))
    }

    @Test(arguments: [
        (#"{"model_max_length": 2}"#, "2"), (#"{"model_max_length": 4097}"#, "4097"),
        (#"{"model_max_length": 77.5}"#, "77.5"), (#"{"model_max_length": -1}"#, "-1"),
        (#"{"model_max_length": "77"}"#, #""77""#), (#"{"max_len": 1}"#, "1"),
        (#"{"pad_token": null}"#, "null"), (#"{"pad_token": 3}"#, "3"), (#"{"pad_token": "[PAD]"}"#, "no such token"),
        (#"{"pad_token": {"lstrip": true}}"#, "none"), (#"{"pad_token": {"content": "!", "lstrip": 1}}"#, "1"),
        (#"{"additional_special_tokens": "x"}"#, #""x""#), (#"{"padding_side": "left"}"#, #""left""#),
        (#"{"truncation_side": "left"}"#, #""left""#), (#"{"added_tokens_decoder": []}"#, "[]"),
        (#"{"added_tokens_decoder": {"x": {"content": "y"}}}"#, #""x""#),
        (#"{"added_tokens_decoder": {"-1": {"content": "y"}}}"#, #""-1""#),
        (#"{"added_tokens_decoder": {"1e9": {"content": "y"}}}"#, #""1e9""#), ("[]", "another shape"),
        ("not JSON", "no valid JSON"),
    ])
    func `a configuration that makes no sense is refused`(text: String, found: String) throws {
        var files = Self.usable
        files["tokenizer_config.json"] = text
        let error = try Self.error(files)
        #expect(error.found.contains(found))
    }

    @Test func `an added token of unreasonable length is refused and its excerpt is short`() throws {
        var files = Self.usable
        files["added_tokens.json"] = #"{"\#(String(repeating: "x\\n", count: 10_000))": 600}"#
        let error = try Self.error(files)
        #expect(error.file.hasSuffix("added_tokens.json"))
        #expect(error.description.count < 500)
        #expect(!error.description.contains("\n"))
    }

    @Test func `a file of unreasonable size is not read`() throws {
        try TokenizerFixture.withFolder(Self.usable) { folder in
            let file = folder.appending(path: "tokenizer_config.json")
            try Data().write(to: file)
            let handle = try FileHandle(forWritingTo: file)
            try handle.truncate(atOffset: 65 << 20)
            try handle.close()
            let error = try #require(throws: TokenizerError.self) { _ = try CLIPTokenizer(folder: folder) }
            #expect(error.found == "\(65 << 20) bytes")
        }
    }

    @Test(arguments: ["/dev/zero", "/tmp"])
    func `what is not a regular file is not read`(target: String) throws {
        try TokenizerFixture.withFolder(Self.usable) { folder in
            let link = folder.appending(path: "tokenizer_config.json")
            try FileManager.default.createSymbolicLink(at: link, withDestinationURL: URL(filePath: target))
            let error = try #require(throws: TokenizerError.self) { _ = try CLIPTokenizer(folder: folder) }
            #expect(error.expected == "a regular file")
        }
    }

    @Test func `files may be symbolic links, but not to nothing`() throws {
        try TokenizerFixture.withFolder(Self.usable) { source in
            try TokenizerFixture.withFolder([:]) { folder in
                for name in Self.usable.keys {
                    try FileManager.default.createSymbolicLink(
                        at: folder.appending(path: name), withDestinationURL: source.appending(path: name))
                }
                let tokenizer = try CLIPTokenizer(folder: folder)
                #expect(tokenizer.vocabularySize == 514)
                try FileManager.default.removeItem(at: source.appending(path: "vocab.json"))
                let error = try #require(throws: TokenizerError.self) { _ = try CLIPTokenizer(folder: folder) }
                #expect(error.found == "a link to nothing")
            }
        }
    }

    @Test func `bytes that the vocabulary lacks become the unknown token`() throws {
        var vocabulary = Self.vocabulary
        vocabulary["q"] = nil
        try TokenizerFixture.withFolder(["vocab.json": Self.json(vocabulary), "merges.txt": ""]) { folder in
            let tokenizer = try CLIPTokenizer(folder: folder)
            #expect(tokenizer.encode("qq").ids.prefix(4) == [512, 513, 369, 513])
        }
    }
}
