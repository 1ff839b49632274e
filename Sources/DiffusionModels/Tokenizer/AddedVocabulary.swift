/// The added tokens of a tokenizer and their ids: tokenizers' `AddedVocabulary`.
struct AddedVocabulary {
    private var ids: [String: Int32] = [:]
    /// Looks through the text as it was written.
    private var written = AddedTokenSearch()
    /// Looks through the normalised text between the tokens that the first search found.
    private var normalized = AddedTokenSearch()

    /// One more than the largest id.
    private(set) var upperBound: Int32

    /// Tokens come in the order in which they are added: of two with one id the later one's flags count. On demand
    /// special tokens in the text are taken for ordinary text.
    init(_ tokens: [AddedToken], vocabulary: Vocabulary, ignoresSpecialTokens: Bool) {
        upperBound = vocabulary.upperBound
        var tokensByID: [Int32: AddedToken] = [:]
        var next = Int32(vocabulary.count)
        for token in tokens where !token.content.isEmpty {
            let id: Int32
            if let known = ids[token.content] ?? vocabulary.id(of: token.content) {
                id = known
            } else {
                // Like tokenizers, which numbers by the count of tokens, whatever id was declared.
                id = next
                next += 1
            }
            ids[token.content] = id
            tokensByID[id] = token
            upperBound = max(upperBound, id + 1)
        }
        let specialContents = Set(tokens.filter(\.isSpecial).map(\.content))
        for (id, token) in tokensByID.sorted(by: { $0.key < $1.key }) {
            let content = Array(token.content.unicodeScalars)
            // A special token that is ignored still hides tokens within it.
            let isIgnored = ignoresSpecialTokens && specialContents.contains(token.content)
            if token.isNormalized {
                let pattern = TextNormalizer.normalize(content)
                normalized.insert(token, id: isIgnored ? nil : id, pattern: pattern)
            } else {
                written.insert(token, id: isIgnored ? nil : id, pattern: content)
            }
        }
    }

    func id(of token: String) -> Int32? { ids[token] }

    /// A stretch of normalised text, with the id of the added token it is, if any.
    struct Segment {
        var id: Int32?
        var text: ArraySlice<Unicode.Scalar>
    }

    /// Takes the added tokens out of a text and normalises what is between them.
    func segments(of text: String) -> [Segment] {
        let scalars = Array(text.unicodeScalars)
        return written.segments(of: scalars).flatMap { segment -> [Segment] in
            if segment.id != nil { return [Segment(id: segment.id, text: scalars[segment.range])] }
            let normalizedText = TextNormalizer.normalize(scalars[segment.range])
            return normalized.segments(of: normalizedText).map { Segment(id: $0.id, text: normalizedText[$0.range]) }
        }
    }
}
