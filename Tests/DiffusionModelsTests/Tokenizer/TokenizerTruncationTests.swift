import DiffusionModels
import Foundation
import Testing

/// What happens to prompts that are longer than a text encoder takes.
struct TokenizerTruncationTests {
    let tokenizer: CLIPTokenizer

    init() throws {
        tokenizer = try TokenizerFixture.full.get()
    }

    @Test(arguments: [0, 1, 74, 75, 76, 200])
    func `the first 75 tokens stay between start and end`(words: Int) {
        let prompt = tokenizer.encode(repeatElement("cat", count: words).joined(separator: " "))
        let kept = min(words, 75)
        #expect(prompt.ids.count == 77)
        #expect(prompt.ids[0] == tokenizer.startID)
        #expect(prompt.ids[1..<(kept + 1)].allSatisfy { $0 == 2368 })
        #expect(prompt.ids[(kept + 1)...].allSatisfy { $0 == tokenizer.endID })
        #expect(prompt.tokenCount == words)
        #expect((prompt.truncatedText == nil) == (words <= 75))
    }

    @Test func `the truncated text is the normalised rest`() {
        let fitting = String(repeating: "cat ", count: 75)
        #expect(tokenizer.encode(fitting + "A  Red\tDOG, e\u{301}! ").truncatedText == "a red dog, \u{E9}!")
        #expect(tokenizer.encode(fitting + "  \n").truncatedText == nil)
    }

    @Test func `a rest that begins inside a character has the whole character`() {
        // The last token that fits is the first byte of 坐, which has three tokens.
        let prompt = tokenizer.encode(String(repeating: "cat ", count: 74) + "坐 x")
        #expect(prompt.tokenCount == 78)
        #expect(prompt.truncatedText == "坐 x")
    }

    @Test(arguments: [3, 5, 4096])
    func `another maximum length is respected`(length: Int) throws {
        let files = ["tokenizer_config.json": #"{"model_max_length": \#(length)}"#]
        try TokenizerFixture.withConfiguration(files) { tokenizer in
            #expect(tokenizer.maximumLength == length)
            #expect(tokenizer.encode(String(repeating: "a ", count: 5000)).ids.count == length)
            #expect(tokenizer.encode("").ids.count == length)
        }
    }

    @Test(arguments: ["{}", #"{"model_max_length": null}"#, #"{"model_max_length": 1000000000000000019884624838656}"#])
    func `a folder without a maximum length has CLIP's`(configuration: String) throws {
        try TokenizerFixture.withConfiguration(["tokenizer_config.json": configuration]) { tokenizer in
            #expect(tokenizer.maximumLength == 77)
        }
    }
}
