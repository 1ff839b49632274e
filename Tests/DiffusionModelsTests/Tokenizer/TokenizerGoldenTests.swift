import DiffusionModels
import Foundation
import Testing

/// Every string of every golden tokenizer has the ids that transformers gives it.
struct TokenizerGoldenTests {
    struct Manifest: Decodable {
        struct Case: Decodable, CustomTestStringConvertible {
            let id: String
            let kind: String
            let tokenizer: String?
            let expected: String?

            var testDescription: String { id }
        }
        let cases: [Case]
    }

    struct Expected: Decodable {
        struct Text: Decodable {
            let text: String
            let ids: [Int32]
        }
        let pad_id: Int32
        let bos: Int32
        let eos: Int32
        let max_length: Int
        let cases: [Text]
    }

    static func cases() throws -> [Manifest.Case] {
        let manifest = try Data(contentsOf: TokenizerFixture.folder.appending(path: "manifest.json"))
        return try JSONDecoder().decode(Manifest.self, from: manifest).cases.filter { $0.kind == "tokenizer" }
    }

    @Test(arguments: try cases())
    func `the ids are those of transformers`(golden: Manifest.Case) throws {
        let file = TokenizerFixture.folder.appending(path: try #require(golden.expected))
        let expected = try JSONDecoder().decode(Expected.self, from: try Data(contentsOf: file))
        let tokenizer = try TokenizerFixture.tokenizer(try #require(golden.tokenizer))
        #expect(tokenizer.maximumLength == expected.max_length)
        #expect(tokenizer.startID == expected.bos)
        #expect(tokenizer.endID == expected.eos)
        #expect(tokenizer.padID == expected.pad_id)
        #expect(!expected.cases.isEmpty)
        for text in expected.cases {
            #expect(tokenizer.encode(text.text).ids == text.ids, "\(text.text.debugDescription)")
        }
    }

    @Test func `the manifest names three tokenizers`() throws {
        #expect(try Self.cases().count == 3)
    }
}
