/// The ids of one prompt, ready for a text encoder.
public struct TokenizedPrompt: Sendable, Hashable {
    /// As many ids as ``CLIPTokenizer/maximumLength`` says: start, tokens, end, padding.
    public let ids: [Int32]
    /// How many tokens the whole text has, without start and end.
    public let tokenCount: Int
    /// The part of the text that did not fit, as its tokens spell it; nil when everything fits.
    public let truncatedText: String?
}
