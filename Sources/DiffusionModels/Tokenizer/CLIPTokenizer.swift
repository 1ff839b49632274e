public import FoundationEssentials

/// CLIP's byte-pair tokenizer (transformers `CLIPTokenizer`).
public struct CLIPTokenizer: Sendable {
    /// How many ids a prompt is padded or cut to.
    public let maximumLength: Int
    /// The first id of every prompt.
    public let startID: Int32
    /// The id after the last token.
    public let endID: Int32
    /// What fills the rest.
    public let padID: Int32
    /// One more than the largest id.
    public let vocabularySize: Int

    private let vocabulary: [String: Int32]
    private let spelling: [Int32: String]
    private let merges: MergeTable
    private let unknownID: Int32
    /// Recognised in the text as it was typed.
    private let rawSpecials: [Special]
    /// Recognised in the normalised text.
    private let normalizedSpecials: [Special]

    private struct Special: Sendable {
        let text: [Unicode.Scalar]
        let id: Int32
    }

    /// What ends a word in the vocabulary.
    private static let endOfWord = "</w>"

    /// Reads `vocab.json`, `merges.txt` and, where they are there, the special tokens' files.
    public init(folder: URL) throws(TokenizerError) {
        let files = try TokenizerFiles(folder: folder.path)
        vocabulary = files.vocabulary
        spelling = Dictionary(files.vocabulary.map { ($1, $0) }, uniquingKeysWith: min)
        vocabularySize = Int(files.vocabulary.values.max() ?? 0) + 1
        maximumLength = files.maximumLength
        startID = try files.id(of: files.startToken)
        endID = try files.id(of: files.endToken)
        padID = try files.id(of: files.padToken)
        unknownID = try files.id(of: files.unknownToken)
        // transformers matches the padding token in the text as it was typed, the others after normalisation: where
        // the end token pads, too, it is recognised in lower case only.
        rawSpecials = [Special(text: Array(files.padToken.unicodeScalars), id: padID)]
        var specials: [Special] = []
        for token in Set([files.startToken, files.endToken, files.unknownToken]).sorted() where token != files.padToken
        {
            specials.append(
                Special(text: Array(PreTokenizer.normalized(token)), id: try files.id(of: token)))
        }
        normalizedSpecials = specials
        var pairs: [MergeTable.Pair: MergeTable.Merge] = [:]
        pairs.reserveCapacity(files.merges.count)
        for (rank, merge) in files.merges.enumerated() {
            guard let first = vocabulary[merge.first], let second = vocabulary[merge.second],
                let result = vocabulary[merge.first + merge.second]
            else {
                throw TokenizerError(
                    file: files.mergesPath, expected: "merges of tokens in vocab.json",
                    found: "'\(merge.first) \(merge.second)' in line \(merge.line)")
            }
            pairs[MergeTable.Pair(first: first, second: second)] = MergeTable.Merge(rank: Int32(rank), result: result)
        }
        merges = MergeTable(pairs)
    }

    /// Tokenizes a prompt.
    public func encode(_ text: String) -> TokenizedPrompt {
        var tokens: [Int32] = []
        for part in Self.split(text.unicodeScalars, at: rawSpecials) {
            guard case .text(let text) = part else {
                tokens += part.id
                continue
            }
            for part in Self.split(PreTokenizer.normalized(String(text)), at: normalizedSpecials) {
                tokens += part.id
                guard case .text(let text) = part else { continue }
                for word in PreTokenizer.words(text) { tokens += tokenize(word) }
            }
        }
        let room = maximumLength - 2
        var ids = [startID] + tokens.prefix(room) + [endID]
        ids += Array(repeating: padID, count: maximumLength - ids.count)
        let rest = tokens.dropFirst(room)
        return TokenizedPrompt(
            ids: ids, tokenCount: tokens.count, truncatedText: rest.isEmpty ? nil : spelled(rest))
    }

    private enum Part {
        case text(String.UnicodeScalarView)
        case special(Int32)

        /// The id of a special token.
        var id: [Int32] {
            if case .special(let id) = self { [id] } else { [] }
        }
    }

    /// Cuts special tokens out of a text.
    private static func split(_ text: String.UnicodeScalarView, at specials: [Special]) -> [Part] {
        let scalars = Array(text)
        var parts: [Part] = []
        var current = String.UnicodeScalarView()
        var index = 0
        while index < scalars.count {
            if let special = specials.first(where: { scalars[index...].starts(with: $0.text) }) {
                if !current.isEmpty { parts.append(.text(current)) }
                current = String.UnicodeScalarView()
                parts.append(.special(special.id))
                index += special.text.count
            } else {
                current.append(scalars[index])
                index += 1
            }
        }
        if !current.isEmpty { parts.append(.text(current)) }
        return parts
    }

    /// The ids of one word.
    private func tokenize(_ word: [Unicode.Scalar]) -> [Int32] {
        var utf8 = String.UnicodeScalarView()
        utf8.append(contentsOf: word)
        let bytes = Array(String(utf8).utf8)
        let symbols = bytes.enumerated().map { index, byte in
            let letter = String(ByteAlphabet.scalars[Int(byte)])
            return vocabulary[index == bytes.count - 1 ? letter + Self.endOfWord : letter] ?? unknownID
        }
        return merges.apply(to: symbols)
    }

    /// What tokens stand for, as text.
    private func spelled(_ tokens: ArraySlice<Int32>) -> String {
        var bytes: [UInt8] = []
        for token in tokens {
            var text = spelling[token] ?? ""
            let endsWord = text.hasSuffix(Self.endOfWord)
            if endsWord { text.removeLast(Self.endOfWord.count) }
            bytes += text.unicodeScalars.compactMap { ByteAlphabet.bytes[$0] }
            if endsWord { bytes.append(UInt8(ascii: " ")) }
        }
        var text = String(decoding: bytes, as: UTF8.self)
        while text.last == " " { text.removeLast() }
        return text
    }
}
