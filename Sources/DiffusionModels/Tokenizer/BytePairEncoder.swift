/// Byte-level byte pair encoding of single words, as tokenizers' `BPE` with the suffix `</w>` does it.
///
/// A word begins as one token a byte, the last of them marked as the end of the word; then the pair of neighbours
/// with the lowest rank joins, the leftmost first, until no pair is left that joins. The pairs wait in a heap, so
/// that a word of n bytes takes n log n steps: a prompt may be one word of any length.
struct BytePairEncoder {
    /// A token and the number of the word's bytes that it covers.
    struct Token: Hashable {
        var id: Int32
        var byteCount: Int
    }

    private let merges: MergeTable
    private let byteIDs: [Int32]
    private let lastByteIDs: [Int32]

    /// Reads `merges.txt`. The unknown token stands for bytes that the vocabulary lacks; it must be in the vocabulary
    /// only when there are such bytes.
    init(
        folder: TokenizerFolder, vocabulary: Vocabulary, unknownToken: String
    ) throws(TokenizerError) {
        let unknownID = vocabulary.id(of: unknownToken)
        func ids(suffix: String) throws(TokenizerError) -> [Int32] {
            var ids: [Int32] = []
            for character in ByteAlphabet.characters {
                let token = String(character) + suffix
                guard let id = vocabulary.id(of: token) ?? unknownID else {
                    throw TokenizerError(
                        file: folder.path(of: "vocab.json"),
                        expected: "every byte's token, or the unknown token \(TokenizerError.excerpt(unknownToken))",
                        found: "neither that nor \(TokenizerError.excerpt(token))")
                }
                ids.append(id)
            }
            return ids
        }
        byteIDs = try ids(suffix: "")
        lastByteIDs = try ids(suffix: "</w>")
        merges = try MergeTable(folder: folder, vocabulary: vocabulary)
    }

    /// The tokens of one word, in the order of the text.
    func encode(_ word: ArraySlice<UInt8>) -> [Token] {
        guard let lastByte = word.last else { return [] }
        var symbols = SymbolList(word.map { Token(id: byteIDs[Int($0)], byteCount: 1) })
        symbols.setLastID(lastByteIDs[Int(lastByte)])

        var candidates = MergeQueue()
        for position in 0..<(symbols.capacity - 1) {
            push(position, of: symbols, to: &candidates)
        }
        while let (rank, position) = candidates.popFirst() {
            // Neighbours may have changed since the pair was queued; what counts is the token it would make now.
            let joinedID = merges.joinedID(rank: rank)
            guard let right = symbols.next(of: position),
                let current = merges.rank(of: symbols.id(at: position), symbols.id(at: right)),
                merges.joinedID(rank: current) == joinedID
            else { continue }
            symbols.joinNext(of: position, as: joinedID)
            if let left = symbols.previous(of: position) { push(left, of: symbols, to: &candidates) }
            push(position, of: symbols, to: &candidates)
        }
        return symbols.tokens
    }

    private func push(_ position: Int, of symbols: SymbolList, to candidates: inout MergeQueue) {
        guard let right = symbols.next(of: position),
            let rank = merges.rank(of: symbols.id(at: position), symbols.id(at: right))
        else { return }
        candidates.insert(rank: rank, position: position)
    }
}

/// The tokens of a word while they are joined: a doubly linked list in an array, so that positions stay valid.
private struct SymbolList {
    private struct Symbol {
        var token: BytePairEncoder.Token
        var previous: Int
        var next: Int
    }

    private var symbols: [Symbol]

    init(_ tokens: [BytePairEncoder.Token]) {
        symbols = tokens.indices.map { Symbol(token: tokens[$0], previous: $0 - 1, next: $0 + 1) }
    }

    /// The number of positions, taken or joined to their left neighbour.
    var capacity: Int { symbols.count }

    var tokens: [BytePairEncoder.Token] { symbols.lazy.map(\.token).filter { $0.byteCount > 0 } }

    func id(at position: Int) -> Int32 { symbols[position].token.id }

    func previous(of position: Int) -> Int? {
        symbols[position].previous >= 0 ? symbols[position].previous : nil
    }

    /// The right neighbour, nil at the end of the word and for a position that was itself joined to its left.
    func next(of position: Int) -> Int? {
        guard symbols[position].token.byteCount > 0, symbols[position].next < symbols.count else { return nil }
        return symbols[position].next
    }

    mutating func setLastID(_ id: Int32) {
        symbols[symbols.count - 1].token.id = id
    }

    mutating func joinNext(of position: Int, as id: Int32) {
        let right = symbols[position].next
        symbols[position].token.id = id
        symbols[position].token.byteCount += symbols[right].token.byteCount
        symbols[position].next = symbols[right].next
        symbols[right].token.byteCount = 0
        if symbols[right].next < symbols.count { symbols[symbols[right].next].previous = position }
    }
}
