import DiffusionModels
import Testing

/// How the configuration's tokens are found in text, with the ids of transformers 5.23 for the small vocabulary.
struct AddedTokenTests {
    struct Example: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let files: [String: String]
        let text: String
        /// Without start, end and padding.
        let ids: [Int32]

        init(_ testDescription: String, files: [String: String], _ text: String, _ ids: [Int32]) {
            self.testDescription = testDescription
            self.files = files
            self.text = text
            self.ids = ids
        }

        init(_ testDescription: String, _ configuration: String, _ text: String, _ ids: [Int32]) {
            self.init(testDescription, files: ["tokenizer_config.json": configuration], text, ids)
        }
    }

    @Test(arguments: examples)
    func `the ids are those of transformers`(example: Example) throws {
        try TokenizerFixture.withConfiguration(example.files) { tokenizer in
            let prompt = tokenizer.encode(example.text)
            #expect(prompt.ids[0] == tokenizer.startID)
            #expect(Array(prompt.ids.dropFirst().prefix(prompt.tokenCount)) == example.ids)
        }
    }

    static let examples = [
        Example(
            "a bare special token is found as written only", "{}", "a <|endoftext|> <|ENDOFTEXT|>",
            [320, 2013, 27, 347, 524, 639, 69, 600, 1052, 91, 285]),
        Example(
            "a normalised special token is found in capitals",
            #"{"bos_token": {"__type": "AddedToken", "content": "<|startoftext|>", "normalized": true}}"#,
            "<|STARTOFTEXT|> a", [2012, 320]),
        Example("a padding token in the text is that token", #"{"pad_token": "!"}"#, "hi!!", [1883, 0, 0]),
        Example(
            "special_tokens_map.json overrides the configuration",
            files: [
                "tokenizer_config.json": #"{"pad_token": "<|endoftext|>"}"#,
                "special_tokens_map.json": #"{"pad_token": {"content": "!"}}"#,
            ], "hi!!", [1883, 0, 0]),
        Example(
            "special_tokens_map.json does not count beside added_tokens_decoder",
            files: [
                "tokenizer_config.json": #"{"added_tokens_decoder": {}}"#,
                "special_tokens_map.json": #"{"pad_token": "!"}"#,
            ], "hi!!", [1883, 748]),
        Example(
            "an ordinary added token is found in any case of letters",
            #"{"added_tokens_decoder": {"2014": {"content": "<cat>"}}}"#, "a <CAT>x<cat>", [320, 2014, 343, 2014]),
        Example(
            "a single-word token needs free sides",
            #"{"added_tokens_decoder": {"2014": {"content": "<cat>", "single_word": true, "special": true}}}"#,
            "<cat> x<cat> <cat>y é<cat>",
            [2014, 343, 283, 66, 536, 285, 283, 66, 536, 285, 344, 127, 358, 283, 66, 536, 285]),
        Example(
            "the longest of several tokens is found",
            #"{"added_tokens_decoder": {"2014": {"content": "ab", "special": true}, "#
                + #""2015": {"content": "abc", "special": true}}}"#,
            "abcab xab", [2014, 596, 343, 596]),
        Example(
            "special tokens can be taken for ordinary text", #"{"split_special_tokens": true}"#,
            "a <|endoftext|> b", [320, 27, 347, 524, 639, 69, 600, 1052, 91, 285, 321]),
        Example(
            "special tokens taken for ordinary text do not part words", #"{"split_special_tokens": true}"#,
            "##<|endoftext|>", [2, 2, 27, 347, 524, 639, 69, 600, 1052, 91, 285]),
        Example(
            "added_tokens.json adds tokens", files: ["added_tokens.json": #"{"<new>": 2014}"#],
            "x <new> Y<NEW>", [343, 2014, 344, 2014]),
        Example(
            "additional special tokens take the next free ids",
            #"{"additional_special_tokens": ["<s1>", "<s2>"]}"#, "x <s2> <S1><s1>",
            [343, 2015, 283, 338, 272, 285, 2014]),
        Example(
            "the added tokens of tokenizer.json count",
            files: ["tokenizer.json": #"{"added_tokens": [{"id": 2014, "content": "<t>", "special": true}]}"#],
            "x <t> a", [343, 2014, 320]),
    ]

    @Test func `white space beside a stripping token belongs to it`() throws {
        let configuration =
            #"{"added_tokens_decoder": {"2014": {"content": "_", "special": true, "lstrip": true, "rstrip": true}}, "#
            + #""model_max_length": 3}"#
        try TokenizerFixture.withConfiguration(["tokenizer_config.json": configuration]) { tokenizer in
            #expect(tokenizer.encode("a  _  b").truncatedText == "_  b")
        }
    }

    @Test func `the vocabulary size covers added tokens`() throws {
        let configuration = #"{"additional_special_tokens": ["<s1>", "<s2>"]}"#
        try TokenizerFixture.withConfiguration(["tokenizer_config.json": configuration]) { tokenizer in
            #expect(tokenizer.vocabularySize == 2016)
        }
    }
}
