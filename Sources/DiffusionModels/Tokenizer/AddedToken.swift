/// A token that is found in the text as it stands, before the rest is split into words: tokenizers' `AddedToken`.
struct AddedToken: Hashable {
    /// Longer ones would only make the search through a prompt slow.
    static let maximumLength = 256

    var content: String
    /// Whether it counts only where no letter, digit or mark stands beside it.
    var isSingleWord = false
    /// Whether it takes the white space before it along.
    var stripsLeft = false
    /// Whether it takes the white space behind it along.
    var stripsRight = false
    /// Whether it stands for no text of its own; ``isNormalized`` follows from it where the file does not say.
    var isSpecial: Bool
    /// What the file says about being normalised, nil where it leaves that to the kind of token.
    var declaredNormalized: Bool?
    /// Whether the file gives only its text. Such a token counts as another one than one with flags.
    private(set) var isBare = false

    /// Whether it is looked for in the normalised text and in its own normalised form (so in any case of letters).
    var isNormalized: Bool { declaredNormalized ?? !isSpecial }

    /// The same token for comparisons: whether a flag is written or follows makes no difference.
    var withResolvedFlags: AddedToken {
        var token = self
        token.declaredNormalized = isNormalized
        return token
    }

    /// A token that is given by its text alone: a special one is looked for as it stands, another one normalised.
    init(_ content: String, isSpecial: Bool, place: String) throws(TokenizerError) {
        guard content.unicodeScalars.dropFirst(Self.maximumLength).isEmpty else {
            throw TokenizerError(
                file: place, expected: "a token of at most \(Self.maximumLength) characters",
                found: TokenizerError.excerpt(content))
        }
        self.content = content
        self.isSpecial = isSpecial
    }

    /// - Parameters:
    ///   - json: A string, which is always special, or an object with `content` and the optional flags.
    ///   - isSpecial: What to take an object for that does not say.
    ///   - place: The file and key, for messages.
    /// - Throws: `TokenizerError` for a value that is not a token.
    init(_ json: JSONValue, isSpecial: Bool, place: String) throws(TokenizerError) {
        if case .string(let content) = json {
            try self.init(content, isSpecial: true, place: place)
            isBare = true
            return
        }
        guard case .object(let fields) = json else {
            throw TokenizerError(file: place, expected: "a token or its description", found: json.description)
        }
        guard case .string(let content)? = fields["content"] else {
            throw TokenizerError(
                file: place, expected: "the token's text as content", found: fields["content"]?.description ?? "none")
        }
        func flag(_ key: String) throws(TokenizerError) -> Bool? {
            switch fields[key] {
            case nil, .null?: return nil
            case .bool(let value)?: return value
            case let other?:
                throw TokenizerError(file: place, expected: "true or false as \(key)", found: other.description)
            }
        }
        try self.init(content, isSpecial: try flag("special") ?? isSpecial, place: place)
        declaredNormalized = try flag("normalized")
        isSingleWord = try flag("single_word") ?? false
        stripsLeft = try flag("lstrip") ?? false
        stripsRight = try flag("rstrip") ?? false
    }
}
