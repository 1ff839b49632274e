import DiffusionModels
import Testing

/// Corners of Unicode and of the word pattern, with the ids of transformers 5.23 for CLIP's full vocabulary.
struct TokenizerUnicodeTests {
    struct Example: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let text: String
        /// Without start, end and padding.
        let ids: [Int32]

        init(_ testDescription: String, _ text: String, _ ids: [Int32]) {
            self.testDescription = testDescription
            self.text = text
            self.ids = ids
        }
    }

    @Test(arguments: examples)
    func `the ids are those of transformers`(example: Example) throws {
        let prompt = try TokenizerFixture.full.get().encode(example.text)
        #expect(prompt.tokenCount == example.ids.count)
        #expect(prompt.ids.dropFirst().prefix(example.ids.count) == example.ids[...])
        #expect(prompt.truncatedText == nil)
    }

    static let examples = [
        Example(
            "final sigma is lower-cased like any other",
            "\u{3A3}\u{391}\u{3A3} \u{1F48}\u{394}\u{3A5}\u{3A3}\u{3A3}\u{395}\u{38E}\u{3A3}",
            [
                139, 225, 138, 109, 139, 481, 157, 121, 222, 138, 112, 139, 227, 139, 225, 139, 225, 138, 113, 139, 235,
                139, 481,
            ]),
        Example("dotted capital I becomes two scalars", "\u{130}I \u{131}i", [328, 16384, 328, 18562, 328]),
        Example("sharp s, also the capital one", "\u{DF} \u{1E9E} \u{17F}", [127, 509, 127, 509, 129, 379]),
        Example("titlecase digraphs", "\u{1C5} \u{1C8} \u{149}", [131, 484, 131, 487, 129, 487]),
        Example("the Kelvin and Ångström signs compose away", "\u{212A} \u{212B} \u{2126}", [330, 127, 354, 38065]),
        Example(
            "marks are reordered before they compose", "a\u{323}\u{302} a\u{302}\u{323} e\u{301}\u{327}",
            [157, 118, 511, 157, 118, 511, 132, 358, 136, 479]),
        Example(
            "marks of Unicode 10 and later stay where they are", "a\u{2CF0}\u{1DF7}",
            [320, 158, 111, 108, 157, 115, 371]),
        Example(
            "composition exclusions stay apart", "\u{958} \u{2ADC} \u{1D15E}",
            [22067, 3124, 376, 158, 104, 251, 136, 372, 6874, 227, 245, 6874, 227, 354]),
        Example(
            "Hangul letters compose to syllables", "\u{1100}\u{1161}\u{11A8} \u{AC00}\u{11A8} \u{1100}\u{1161}\u{1161}",
            [21122, 479, 21122, 479, 21122, 222, 157, 227, 350]),
        Example(
            "digits of every script are single",
            "\u{663}\u{664} \u{E53}\u{E54} \u{FF11}\u{FF12} \u{B2}\u{BD}\u{2167} \u{3280} \u{1D7D9}\u{1D7DA} \u{12400}",
            [
                149, 352, 149, 353, 4484, 497, 4484, 498, 171, 120, 495, 171, 120, 496, 41175, 33613, 158, 227, 371,
                159, 232, 478, 6874, 253, 503, 6874, 253, 504, 172, 240, 238, 478,
            ]),
        Example(
            "letters newer than Unicode 16 are no letters", "a\u{88F}b \u{16EA0}",
            [320, 156, 95, 493, 321, 172, 244, 118, 375]),
        Example(
            "emoji sequences keep their joiners",
            "\u{1F468}\u{200D}\u{1F469}\u{200D}\u{1F467} \u{1F44D}\u{1F3FD} \u{1F1E9}\u{1F1EA} 1\u{FE0F}\u{20E3}",
            [25023, 26304, 964, 356, 43722, 21531, 272, 4603]),
        Example(
            "control characters are ordinary characters", "\u{0}\u{1B}[0m a\u{1C}b",
            [188, 215, 314, 271, 332, 320, 472, 321]),
        Example(
            "every white space separates", "a\u{85}b\u{A0}c\u{1680}d\u{2028}e\u{3000}f\u{200B}g\u{180E}h",
            [320, 321, 322, 323, 324, 325, 9844, 326, 157, 254, 492, 327]),
        Example(
            "contractions only with the straight quote", "it's it\u{2019}s IT'S 'sa 'll'd ''s",
            [585, 568, 585, 728, 503, 338, 585, 568, 568, 320, 1342, 1896, 8445, 338]),
        Example("the long s is no contraction", "it'\u{17F}", [585, 262, 129, 379]),
        Example("special tokens inside words", "a<|endoftext|>b<|startoftext|>", [320, 49407, 321, 49406]),
        Example(
            "special tokens in capitals", "<|ENDOFTEXT|> #<|ENDOFTEXT|>!!",
            [27, 347, 40786, 4160, 91, 285, 2, 27, 347, 40786, 4160, 91, 29, 748]),
        Example(
            "halves of special tokens", "<|endoftext| > <||endoftext|>",
            [27, 347, 40786, 4160, 347, 285, 27, 7566, 40786, 4160, 91, 285]),
        Example("nothing but white space", " \u{A}\u{9} ", []),
        Example(
            "ideographs for compatibility", "\u{F900} \u{FA0E} \u{2F800}", [164, 109, 486, 171, 101, 492, 19759, 377]),
        Example(
            "private use, unassigned and noncharacters", "\u{E000}\u{E0FFF}\u{FFFF}\u{10FFFF}",
            [36288, 222, 175, 254, 123, 123, 27850, 123, 176, 237, 123, 379]),
    ]
}
