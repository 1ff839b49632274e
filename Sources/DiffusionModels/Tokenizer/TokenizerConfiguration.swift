/// What the configuration files of a tokenizer folder say, read as transformers 5 reads them.
///
/// A `tokenizer_config.json` with `added_tokens_decoder` is complete in itself. Without, `special_tokens_map.json`
/// overrides it and the tokens of `added_tokens.json` and `tokenizer.json` are added. Any of them may be missing.
struct TokenizerConfiguration {
    /// CLIP's context length, for folders that do not say.
    private static let defaultMaximumLength = 77
    private static let maximumAddedTokenCount = 1 << 16

    /// The number of ids of a prompt with start and end token: 3...4096.
    let maximumLength: Int
    let startToken: String
    let endToken: String
    let unknownToken: String
    let paddingToken: String
    /// In the order in which they are added.
    let addedTokens: [AddedToken]
    /// The texts of the added tokens that the files list with their ids.
    let declaredContents: Set<String>
    /// Whether special tokens in the text are taken for ordinary text.
    let ignoresSpecialTokens: Bool

    init(folder: TokenizerFolder) throws(TokenizerError) {
        let place = folder.path(of: "tokenizer_config.json")
        var fields = try folder.json([String: JSONValue].self, in: "tokenizer_config.json") ?? [:]
        let specialTokens: SpecialTokens
        let declared: [AddedToken]
        if let decoder = fields["added_tokens_decoder"] {
            specialTokens = try SpecialTokens(fields: fields, place: place)
            declared = try DeclaredTokens.read(decoder: decoder, place: "\(place) added_tokens_decoder")
        } else {
            let map = try folder.json([String: JSONValue].self, in: "special_tokens_map.json") ?? [:]
            fields.merge(map) { _, override in override }
            specialTokens = try SpecialTokens(fields: fields, place: "\(place) or special_tokens_map.json")
            declared = try DeclaredTokens.readLegacy(
                folder: folder, specialContents: specialTokens.declaredContents)
        }

        maximumLength = try Self.maximumLength(fields, place: place)
        ignoresSpecialTokens = fields["split_special_tokens"] == .bool(true)
        try Self.checkSides(fields, place: place)
        startToken = try specialTokens.content(SpecialTokens.startKey, place: place)
        endToken = try specialTokens.content(SpecialTokens.endKey, place: place)
        unknownToken = try specialTokens.content(SpecialTokens.unknownKey, place: place)
        paddingToken = try specialTokens.content(SpecialTokens.paddingKey, place: place)
        declaredContents = Set(declared.map(\.content))
        addedTokens = Self.merge(declared, specialTokens)
        guard addedTokens.count <= Self.maximumAddedTokenCount else {
            throw TokenizerError(
                file: place, expected: "at most \(Self.maximumAddedTokenCount) added tokens",
                found: "\(addedTokens.count)")
        }
    }

    /// The declared tokens, then the special ones that are not among them.
    ///
    /// A token that is named twice with different flags is added twice: the later flags count.
    private static func merge(_ declared: [AddedToken], _ specialTokens: SpecialTokens) -> [AddedToken] {
        let declaredContents = Set(declared.map(\.content))
        var tokens = declared
        var added: Set<AddedToken> = []
        for token in specialTokens.named + specialTokens.extra
        where !declaredContents.contains(token.content) && added.insert(token.withResolvedFlags).inserted {
            tokens.append(token)
        }
        let namedContents = Set(specialTokens.named.map(\.content))
        for index in tokens.indices where namedContents.contains(tokens[index].content) {
            tokens[index].isSpecial = true
        }
        return tokens
    }

    /// `model_max_length`, or `max_len` of older files; transformers writes 1e30 for "no limit known".
    private static func maximumLength(_ fields: [String: JSONValue], place: String) throws(TokenizerError) -> Int {
        let key = fields["model_max_length"] == nil ? "max_len" : "model_max_length"
        switch fields[key] {
        case nil, .null?:
            return defaultMaximumLength
        case .number(let number)? where number > 1e20:
            return defaultMaximumLength
        case .number(let number)?:
            if let length = Int(exactly: number), (3...4096).contains(length) { return length }
            fallthrough
        default:
            throw TokenizerError(
                file: place, expected: "a whole number from 3 to 4096 as \(key)",
                found: fields[key]?.description ?? "none", remedy: "CLIP text encoders have 77.")
        }
    }

    private static func checkSides(_ fields: [String: JSONValue], place: String) throws(TokenizerError) {
        for side in ["padding_side", "truncation_side"] {
            guard let value = fields[side], value != .string("right") else { continue }
            throw TokenizerError(
                file: place, expected: "right as \(side), the side CLIP text encoders are trained with",
                found: value.description, remedy: "Remove \(side) from the file.")
        }
    }
}
