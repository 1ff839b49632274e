/// The merges of `merges.txt`: which two neighbouring tokens join to which token, and in what order of preference.
struct MergeTable {
    /// By pair (left id in the high half, right id in the low half): the line the merge stands on.
    private var ranks: [UInt64: UInt32] = [:]
    /// By rank: the id of the joined token.
    private var joinedIDs: [Int32] = []

    /// The preference of joining the two tokens, the smallest first, nil when they do not join.
    func rank(of left: Int32, _ right: Int32) -> UInt32? {
        ranks[Self.pair(left, right)]
    }

    /// The token that the merge of this rank makes.
    func joinedID(rank: UInt32) -> Int32 { joinedIDs[Int(rank)] }

    private static func pair(_ left: Int32, _ right: Int32) -> UInt64 {
        UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
    }

    /// Reads lines of two tokens with a space between, after an optional line that begins with `#version`.
    ///
    /// As in tokenizers' `BPE`, a pair that stands there twice has the rank of its last line.
    init(folder: TokenizerFolder, vocabulary: Vocabulary) throws(TokenizerError) {
        let name = "merges.txt"
        let contents = try folder.requiredContents(of: name)
        var lines = contents.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        if lines.last?.isEmpty == true { lines.removeLast() }
        ranks.reserveCapacity(lines.count)
        joinedIDs.reserveCapacity(lines.count)

        for (index, bytes) in lines.enumerated() {
            let line = String(decoding: bytes.last == UInt8(ascii: "\r") ? bytes.dropLast() : bytes, as: UTF8.self)
            if line.utf8.starts(with: "#version".utf8) { continue }
            let place = "\(folder.path(of: name)) line \(index + 1)"
            let parts = line.utf8.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
            guard parts.count == 2 else {
                throw TokenizerError(
                    file: place, expected: "two tokens with one space between", found: TokenizerError.excerpt(line))
            }
            let left = String(Substring(parts[0]))
            let right = String(Substring(parts[1]))
            guard let leftID = vocabulary.id(of: left), let rightID = vocabulary.id(of: right),
                let joinedID = vocabulary.id(of: left + right)
            else {
                throw TokenizerError(
                    file: place, expected: "two tokens of vocab.json that join to a third",
                    found: TokenizerError.excerpt(line), remedy: "Copy vocab.json and merges.txt of the same model.")
            }
            ranks[Self.pair(leftID, rightID)] = UInt32(joinedIDs.count)
            joinedIDs.append(joinedID)
        }
    }
}
