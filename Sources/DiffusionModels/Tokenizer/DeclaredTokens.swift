/// The added tokens that a folder lists with their ids, in one of three places.
enum DeclaredTokens {
    /// `added_tokens_decoder` of `tokenizer_config.json`: id → token.
    static func read(decoder: JSONValue, place: String) throws(TokenizerError) -> [AddedToken] {
        guard case .object(let entries) = decoder else {
            throw TokenizerError(file: place, expected: "an object from ids to tokens", found: decoder.description)
        }
        var tokens: [Int: AddedToken] = [:]
        for (key, value) in entries {
            let id = try id(Double(key), found: TokenizerError.excerpt(key), place: place)
            tokens[id] = try AddedToken(value, isSpecial: false, place: "\(place) \(id)")
        }
        return ordered(tokens)
    }

    /// The older `added_tokens.json` (token → id), then `added_tokens` of `tokenizer.json`, whose entries prevail.
    static func readLegacy(
        folder: TokenizerFolder, specialContents: Set<String>
    ) throws(TokenizerError) -> [AddedToken] {
        var tokens: [Int: AddedToken] = [:]
        let name = "added_tokens.json"
        for (content, number) in try folder.json([String: Double].self, in: name) ?? [:] {
            let place = folder.path(of: name)
            let id = try id(number, found: "\(number) for \(TokenizerError.excerpt(content))", place: place)
            var token = try AddedToken(content, isSpecial: specialContents.contains(content), place: place)
            token.declaredNormalized = !token.isSpecial
            tokens[id] = token
        }
        let place = "\(folder.path(of: "tokenizer.json")) added_tokens"
        for value in try folder.json(TokenizerJSON.self, in: "tokenizer.json")?.addedTokens ?? [] {
            guard case .object(let fields) = value, case .number(let number)? = fields["id"] else {
                throw TokenizerError(file: place, expected: "tokens with ids", found: value.description)
            }
            tokens[try id(number, found: "\(number)", place: place)] = try AddedToken(
                value, isSpecial: false, place: place)
        }
        return ordered(tokens)
    }

    private struct TokenizerJSON: Decodable {
        var addedTokens: [JSONValue]?

        enum CodingKeys: String, CodingKey {
            case addedTokens = "added_tokens"
        }
    }

    private static func ordered(_ tokens: [Int: AddedToken]) -> [AddedToken] {
        tokens.sorted { $0.key < $1.key }.map(\.value)
    }

    private static func id(_ number: Double?, found: String, place: String) throws(TokenizerError) -> Int {
        guard let number, let id = Int(exactly: number), (0..<Vocabulary.idLimit).contains(id) else {
            throw TokenizerError(
                file: place, expected: "whole ids from 0 to \(Vocabulary.idLimit - 1)", found: found)
        }
        return id
    }
}
