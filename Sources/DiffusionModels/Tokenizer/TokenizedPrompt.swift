/// The ids of one prompt, ready for a text encoder.
public struct TokenizedPrompt: Sendable, Hashable {
    /// Start token, the tokens that fit, end token, padding: always ``CLIPTokenizer/maximumLength`` ids.
    public let ids: [Int32]

    /// The number of tokens the whole text has, without start and end; more than `maximumLength - 2` do not fit.
    public let tokenCount: Int

    /// The part of the normalised text that did not fit, nil when everything fits.
    ///
    /// It begins with the first token that was left out, which may be inside a word.
    public let truncatedText: String?
}
