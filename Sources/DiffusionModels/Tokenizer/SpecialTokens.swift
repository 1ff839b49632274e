/// The special tokens that the configuration of a tokenizer names.
struct SpecialTokens {
    static let startKey = "bos_token"
    static let endKey = "eos_token"
    static let unknownKey = "unk_token"
    static let paddingKey = "pad_token"

    /// In transformers' order, which decides about the flags of a token with two names.
    private static let keys = [startKey, endKey, unknownKey, "sep_token", paddingKey, "cls_token", "mask_token"]

    /// What `CLIPTokenizer` takes where the files name none.
    private static let defaults = [
        startKey: "<|startoftext|>", endKey: "<|endoftext|>", unknownKey: "<|endoftext|>",
        paddingKey: "<|endoftext|>",
    ]

    /// The tokens that have a key, first those every tokenizer knows, then the model's own.
    let named: [AddedToken]
    /// The tokens of lists.
    let extra: [AddedToken]
    /// The contents of the tokens that make one of `added_tokens.json` special: those the files name themselves,
    /// except, as in transformers, in the form of `tokenizer_config.json`.
    let declaredContents: Set<String>
    private let contents: [String: String]

    /// - Parameters:
    ///   - fields: `tokenizer_config.json` and what overrides it.
    ///   - place: The path of the file, for messages.
    /// - Throws: `TokenizerError` for a value that is not a token.
    init(fields: [String: JSONValue], place: String) throws(TokenizerError) {
        var named: [AddedToken] = []
        var contents: [String: String] = [:]
        var declaredContents: Set<String> = []
        for key in Self.keys {
            guard let value = fields[key] ?? Self.defaults[key].map(JSONValue.string), value != .null else { continue }
            let token = try Self.token(value, place: "\(place) \(key)")
            named.append(token)
            contents[key] = token.content
            if fields[key] != nil, !Self.isTyped(value) { declaredContents.insert(token.content) }
        }
        for (key, value) in fields.sorted(by: { $0.key < $1.key })
        where key.hasSuffix("_token") && !Self.keys.contains(key) && Self.isToken(value) {
            named.append(try Self.token(value, place: "\(place) \(key)"))
        }

        var extra: [AddedToken] = []
        let listKey =
            Self.isEmpty(fields["extra_special_tokens"]) ? "additional_special_tokens" : "extra_special_tokens"
        switch fields[listKey] {
        case nil, .null?:
            break
        case .array(let values)?:
            for value in values {
                let token = try Self.token(value, place: "\(place) \(listKey)")
                extra.append(token)
                if !Self.isTyped(value) { declaredContents.insert(token.content) }
            }
        case .object(let values)?:
            for (key, value) in values.sorted(by: { $0.key < $1.key }) {
                named.append(try Self.token(value, place: "\(place) \(listKey) \(key)"))
            }
        case let other?:
            throw TokenizerError(file: "\(place) \(listKey)", expected: "a list of tokens", found: other.description)
        }
        self.named = named
        self.extra = extra
        self.contents = contents
        self.declaredContents = declaredContents
    }

    /// The token with this key, by transformers' default where the files do not mention it.
    func content(_ key: String, place: String) throws(TokenizerError) -> String {
        guard let content = contents[key] else {
            throw TokenizerError(
                file: place, expected: "a token as \(key)", found: "null", remedy: "Name the token or remove the key.")
        }
        return content
    }

    /// In `special_tokens_map.json` every token is special; `tokenizer_config.json` marks its objects with a type
    /// and they are special only if they say so.
    private static func token(_ value: JSONValue, place: String) throws(TokenizerError) -> AddedToken {
        var token = try AddedToken(value, isSpecial: false, place: place)
        if !isTyped(value) { token.isSpecial = true }
        return token
    }

    private static func isTyped(_ value: JSONValue) -> Bool {
        guard case .object(let fields) = value else { return false }
        return fields["__type"] != nil
    }

    private static func isToken(_ value: JSONValue) -> Bool {
        switch value {
        case .string: true
        case .object(let fields): fields["content"] != nil
        default: false
        }
    }

    private static func isEmpty(_ value: JSONValue?) -> Bool {
        switch value {
        case nil, .null?: true
        case .array(let values)?: values.isEmpty
        case .object(let values)?: values.isEmpty
        default: false
        }
    }
}
