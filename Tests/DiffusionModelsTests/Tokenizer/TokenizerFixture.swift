import DiffusionModels
import Foundation

/// The golden tokenizers, and folders made for one test.
enum TokenizerFixture {
    static let folder = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Fixtures")

    /// CLIP's published vocabulary, read once for all tests.
    static let full = Result { try tokenizer("models/tokenizer-clip-full") }

    static func tokenizer(_ path: String) throws -> CLIPTokenizer {
        try CLIPTokenizer(folder: folder.appending(path: path))
    }

    /// Calls `body` with a new folder of these files and removes it afterwards.
    static func withFolder<Result>(
        _ files: [String: String], _ body: (URL) throws -> Result
    ) throws -> Result {
        let folder = FileManager.default.temporaryDirectory.appending(path: "tokenizer-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        for (name, text) in files {
            try Data(text.utf8).write(to: folder.appending(path: name))
        }
        return try body(folder)
    }

    /// The vocabulary and merges of the small golden tokenizer, with these configuration files.
    static func withConfiguration<Result>(
        _ files: [String: String], _ body: (CLIPTokenizer) throws -> Result
    ) throws -> Result {
        let source = folder.appending(path: "models/sdxl-a/tokenizer")
        var files = files
        for name in ["vocab.json", "merges.txt"] {
            files[name] = try String(contentsOf: source.appending(path: name), encoding: .utf8)
        }
        return try withFolder(files) { try body(CLIPTokenizer(folder: $0)) }
    }
}
