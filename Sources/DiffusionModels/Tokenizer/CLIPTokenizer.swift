public import FoundationEssentials

/// CLIP's tokenizer: text to the ids that the text encoders of Stable Diffusion take.
///
/// The ids are those of transformers 5 (`CLIPTokenizer` with padding and truncation to the maximum length): the
/// added tokens are taken out of the text, the rest is composed (NFC), lower-cased, split into words, and each word
/// is encoded by byte pair encoding of its UTF-8.
public struct CLIPTokenizer: Sendable {
    /// The number of ids of every prompt: 77 for all published models.
    public let maximumLength: Int
    /// The id before every prompt, `<|startoftext|>`.
    public let startID: Int32
    /// The id behind every prompt, `<|endoftext|>`.
    public let endID: Int32
    /// The id that fills a prompt up: that of the end token, or 0 for SD 2 and the second tokenizer of SDXL.
    public let padID: Int32
    /// One more than the largest id: a text encoder needs at least as many rows in its token embedding.
    public let vocabularySize: Int

    private let addedVocabulary: AddedVocabulary
    private let encoder: BytePairEncoder

    /// Reads a tokenizer folder of a published model.
    ///
    /// `vocab.json` and `merges.txt` must be there; `tokenizer_config.json`, `special_tokens_map.json`,
    /// `added_tokens.json` and the added tokens of `tokenizer.json` are read where present.
    ///
    /// - Parameter folder: The folder, such as `tokenizer` or `tokenizer_2` of a model in diffusers' layout.
    /// - Throws: ``TokenizerError`` for a file that is missing, too large, not readable or contradicts another one.
    public init(folder: URL) throws(TokenizerError) {
        let folder = TokenizerFolder(url: folder)
        let vocabulary = try Vocabulary(folder: folder)
        let configuration = try TokenizerConfiguration(folder: folder)
        encoder = try BytePairEncoder(
            folder: folder, vocabulary: vocabulary, unknownToken: configuration.unknownToken)
        let added = AddedVocabulary(
            configuration.addedTokens, vocabulary: vocabulary,
            ignoresSpecialTokens: configuration.ignoresSpecialTokens)
        maximumLength = configuration.maximumLength
        vocabularySize = Int(added.upperBound)
        addedVocabulary = added

        func id(of token: String, _ role: String) throws(TokenizerError) -> Int32 {
            let declaredID = configuration.declaredContents.contains(token) ? added.id(of: token) : nil
            guard let id = vocabulary.id(of: token) ?? declaredID else {
                throw TokenizerError(
                    file: folder.path(of: "vocab.json"),
                    expected: "the \(role) token \(TokenizerError.excerpt(token)) that the configuration names",
                    found: "no such token", remedy: "Copy all files of the folder from the same model.")
            }
            return id
        }
        startID = try id(of: configuration.startToken, "start")
        endID = try id(of: configuration.endToken, "end")
        padID = try id(of: configuration.paddingToken, "padding")
    }

    /// The ids of a prompt of any length; tokens that do not fit are left out at the end.
    public func encode(_ text: String) -> TokenizedPrompt {
        var tokens = TokenCollector(capacity: maximumLength - 2)
        for segment in addedVocabulary.segments(of: text) {
            if let id = segment.id {
                tokens.append(segment.text, as: id)
                continue
            }
            var position = segment.text.startIndex
            for word in WordSplitter.words(in: segment.text) {
                tokens.skip(segment.text[position..<word.lowerBound])
                tokens.append(segment.text[word], encodedBy: encoder)
                position = word.upperBound
            }
            tokens.skip(segment.text[position...])
        }
        let ids = [startID] + tokens.ids + [endID]
        return TokenizedPrompt(
            ids: ids + repeatElement(padID, count: maximumLength - ids.count),
            tokenCount: tokens.count, truncatedText: tokens.truncatedText)
    }
}
