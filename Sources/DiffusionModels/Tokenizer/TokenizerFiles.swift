import FoundationEssentials

/// The files of a tokenizer's folder, checked.
struct TokenizerFiles {
    let vocabulary: [String: Int32]
    let merges: [(first: String, second: String, line: Int)]
    let mergesPath: String
    let maximumLength: Int
    let startToken: String
    let endToken: String
    let padToken: String
    let unknownToken: String
    private let vocabularyPath: String

    /// The largest file that is read, in bytes; CLIP's own vocabulary takes one megabyte.
    private static let sizeLimit = 64 << 20
    /// The largest id; CLIP's own vocabulary has 49,408 entries.
    private static let largestID = 10_000_000

    init(folder: String) throws(TokenizerError) {
        vocabularyPath = folder + "/vocab.json"
        mergesPath = folder + "/merges.txt"
        vocabulary = try Self.vocabulary(vocabularyPath)
        merges = try Self.merges(mergesPath)
        let settings = try SpecialTokens(folder: folder)
        maximumLength = settings.maximumLength
        startToken = settings.tokens["bos_token"] ?? "<|startoftext|>"
        endToken = settings.tokens["eos_token"] ?? "<|endoftext|>"
        unknownToken = settings.tokens["unk_token"] ?? "<|endoftext|>"
        padToken = settings.tokens["pad_token"] ?? "<|endoftext|>"
    }

    /// The id of a special token.
    func id(of token: String) throws(TokenizerError) -> Int32 {
        guard let id = vocabulary[token] else {
            throw TokenizerError(
                file: vocabularyPath, expected: "the special token '\(token.prefixedOnOneLine(40))'",
                found: "a vocabulary without it")
        }
        return id
    }

    private static func vocabulary(_ path: String) throws(TokenizerError) -> [String: Int32] {
        let data = try read(path)
        let entries: [String: Int]
        do {
            entries = try JSONDecoder().decode([String: Int].self, from: data)
        } catch {
            throw TokenizerError(
                file: path, expected: "a JSON object of tokens and their ids", found: "\(error)".prefixedOnOneLine(160))
        }
        var vocabulary: [String: Int32] = [:]
        vocabulary.reserveCapacity(entries.count)
        var seen = Set<Int>(minimumCapacity: entries.count)
        for (token, id) in entries {
            guard (0...largestID).contains(id) else {
                throw TokenizerError(
                    file: path, expected: "ids from 0 to \(largestID)",
                    found: "\(id) for '\(token.prefixedOnOneLine(40))'")
            }
            guard seen.insert(id).inserted else {
                throw TokenizerError(file: path, expected: "an id for each token", found: "the id \(id) twice")
            }
            vocabulary[token] = Int32(id)
        }
        return vocabulary
    }

    private static func merges(_ path: String) throws(TokenizerError) -> [(first: String, second: String, line: Int)] {
        let text = String(decoding: try read(path), as: UTF8.self)
        var merges: [(first: String, second: String, line: Int)] = []
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let line = line.last == "\r" ? line.dropLast() : line
            if line.isEmpty || (index == 0 && line.hasPrefix("#version")) { continue }
            let parts = line.split(separator: " ", omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
                throw TokenizerError(
                    file: path, expected: "two tokens in each line",
                    found: "'\(String(line).prefixedOnOneLine(60))' in line \(index + 1)")
            }
            merges.append((String(parts[0]), String(parts[1]), index + 1))
        }
        return merges
    }

    static func read(_ path: String) throws(TokenizerError) -> Data {
        do throws(ModelError) {
            return try BoundedFile.read(path: path, limit: sizeLimit)
        } catch {
            throw TokenizerError(
                file: path, expected: error.expected ?? "a file", found: error.found ?? "nothing",
                remedy: error.remedy, isMissing: error.kind == .fileMissing)
        }
    }
}

/// What `tokenizer_config.json` and `special_tokens_map.json` say, where they are there.
private struct SpecialTokens {
    var tokens: [String: String] = [:]
    var maximumLength = 77

    init(folder: String) throws(TokenizerError) {
        // The configuration comes last: transformers lets it win.
        for name in ["special_tokens_map.json", "tokenizer_config.json"] {
            let path = folder + "/" + name
            guard FileManager.default.fileExists(atPath: path) else { continue }
            let fields: [String: JSONValue]
            do {
                fields = try JSONDecoder().decode([String: JSONValue].self, from: TokenizerFiles.read(path))
            } catch let error as TokenizerError {
                throw error
            } catch {
                throw TokenizerError(
                    file: path, expected: "a JSON object", found: "\(error)".prefixedOnOneLine(160))
            }
            for key in ["bos_token", "eos_token", "unk_token", "pad_token"] {
                switch fields[key] ?? .null {
                case .null: continue
                case .string(let text): tokens[key] = text
                case let other:
                    guard case .object(let token) = other, case .string(let text) = token["content"] ?? .null else {
                        throw TokenizerError(
                            file: path, expected: "a token for \(key)", found: other.description)
                    }
                    tokens[key] = text
                }
                if tokens[key]?.isEmpty == true {
                    throw TokenizerError(file: path, expected: "a token for \(key)", found: "an empty text")
                }
            }
            try readLength(fields["model_max_length"], path)
        }
    }

    /// Unset lengths are written as an enormous number.
    private mutating func readLength(_ value: JSONValue?, _ path: String) throws(TokenizerError) {
        guard let value, value != .null else { return }
        guard case .number(let number) = value, number >= 3 else {
            throw TokenizerError(file: path, expected: "model_max_length from 3 to 4096", found: value.description)
        }
        if number > 1e20 { return }
        guard let length = Int(exactly: number), length <= 4096 else {
            throw TokenizerError(file: path, expected: "model_max_length from 3 to 4096", found: value.description)
        }
        maximumLength = length
    }
}
