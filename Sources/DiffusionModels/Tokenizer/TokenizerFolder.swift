import FoundationEssentials

/// The files of one tokenizer folder, read whole and only up to a size that no real one reaches.
struct TokenizerFolder {
    static let maximumFileSize = 64 << 20
    /// All that is ever read of a tokenizer folder.
    static let fileNames = [
        "added_tokens.json", "merges.txt", "special_tokens_map.json", "tokenizer.json", "tokenizer_config.json",
        "vocab.json",
    ]

    let url: URL

    func path(of name: String) -> String {
        url.appending(path: name).path(percentEncoded: false)
    }

    /// The bytes of a file every folder must have.
    func requiredContents(of name: String) throws(TokenizerError) -> Data {
        guard let contents = try contents(of: name) else {
            throw TokenizerError(
                file: path(of: name), expected: "the tokenizer's \(name)", found: "no such file",
                remedy: "A folder with only tokenizer.json is not enough: copy vocab.json and merges.txt beside it.",
                isMissing: true)
        }
        return contents
    }

    /// The bytes of a file, nil where there is none.
    func contents(of name: String) throws(TokenizerError) -> Data? {
        let path = path(of: name)
        guard (try? FileManager.default.attributesOfItem(atPath: path)) != nil else { return nil }
        // Model caches are folders of symbolic links, so it is the target that is looked at; reading a pipe
        // or a device would never end.
        let target = url.appending(path: name).resolvingSymlinksInPath()
        let attributes = try? FileManager.default.attributesOfItem(atPath: target.path(percentEncoded: false))
        let type = attributes?[.type] as? FileAttributeType
        guard type == .typeRegular else {
            throw TokenizerError(
                file: path, expected: "a regular file",
                found: type == nil || type == .typeSymbolicLink ? "a link to nothing" : "something else by that name")
        }
        // A UInt, or an NSNumber that converts to one in a process that has loaded all of Foundation.
        let size = attributes?[.size] as? UInt ?? .max
        guard size <= Self.maximumFileSize else {
            throw TokenizerError(
                file: path, expected: "at most \(Self.maximumFileSize) bytes", found: "\(size) bytes")
        }
        do {
            return try Data(contentsOf: target)
        } catch {
            throw TokenizerError(
                file: path, expected: "a readable file", found: "an error while reading: \(error)",
                remedy: "Check the file's permissions.")
        }
    }

    /// A file that holds one JSON document of the given type, nil where there is none.
    func json<Value: Decodable>(_ type: Value.Type, in name: String) throws(TokenizerError) -> Value? {
        guard let contents = try contents(of: name) else { return nil }
        return try decode(type, from: contents, named: name)
    }

    /// A JSON document every folder must have.
    func requiredJSON<Value: Decodable>(_ type: Value.Type, in name: String) throws(TokenizerError) -> Value {
        try decode(type, from: try requiredContents(of: name), named: name)
    }

    private func decode<Value: Decodable>(
        _ type: Value.Type, from contents: Data, named name: String
    ) throws(TokenizerError) -> Value {
        do {
            return try JSONDecoder().decode(type, from: contents)
        } catch let DecodingError.typeMismatch(_, context), let DecodingError.valueNotFound(_, context),
            let DecodingError.keyNotFound(_, context)
        {
            let place = context.codingPath.last.map { " at \(TokenizerError.excerpt($0.stringValue))" } ?? ""
            throw TokenizerError(
                file: path(of: name), expected: "\(name) as transformers writes it",
                found: "another shape\(place): \(TokenizerError.excerpt(context.debugDescription))")
        } catch {
            throw TokenizerError(file: path(of: name), expected: "a JSON document", found: "no valid JSON")
        }
    }
}
