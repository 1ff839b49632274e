import DiffusionModels
import Testing

/// Prompts take time in proportion to their length: with quadratic work each of these would take many minutes.
@Suite(.timeLimit(.minutes(10)))
struct TokenizerLargeInputTests {
    struct Example: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let unit: String
        let count: Int
        let tokenCount: Int
    }

    // The token counts are those of transformers.
    @Test(arguments: [
        Example(testDescription: "one word of one letter", unit: "x", count: 400_000, tokenCount: 100_000),
        Example(testDescription: "one word of one syllable", unit: "ab", count: 200_000, tokenCount: 200_000),
        Example(testDescription: "marks on one letter", unit: "\u{301}\u{316}", count: 200_000, tokenCount: 800_000),
        Example(
            testDescription: "beginnings of special tokens", unit: "<|endoftext", count: 40_000, tokenCount: 160_000),
        Example(testDescription: "special tokens", unit: "<|endoftext|>", count: 40_000, tokenCount: 40_000),
        Example(testDescription: "white space", unit: " \t", count: 200_000, tokenCount: 0),
    ])
    func `a text of some 400,000 characters is encoded at once`(example: Example) throws {
        let tokenizer = try TokenizerFixture.full.get()
        let prompt = tokenizer.encode(String(repeating: example.unit, count: example.count))
        #expect(prompt.tokenCount == example.tokenCount)
    }
}
