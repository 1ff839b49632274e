/// The tokens of `vocab.json` and their ids.
struct Vocabulary {
    /// No text encoder has nearly as many rows in its embedding.
    static let idLimit = 1 << 20

    private let ids: [String: Int32]

    /// One more than the largest id.
    let upperBound: Int32

    var count: Int { ids.count }

    func id(of token: String) -> Int32? { ids[token] }

    init(folder: TokenizerFolder) throws(TokenizerError) {
        let name = "vocab.json"
        // Decoded as floating point, because an integer that does not fit fails without naming its token.
        let decoded = try folder.requiredJSON([String: Double].self, in: name)
        var ids: [String: Int32] = [:]
        ids.reserveCapacity(decoded.count)
        var taken = [Bool](repeating: false, count: min(2 * decoded.count, Self.idLimit))
        var upperBound: Int32 = 0
        for (token, number) in decoded {
            guard let id = Int32(exactly: number), (0..<Int32(Self.idLimit)).contains(id) else {
                throw TokenizerError(
                    file: folder.path(of: name), expected: "whole ids from 0 to \(Self.idLimit - 1)",
                    found: "\(number) for \(TokenizerError.excerpt(token))")
            }
            if Int(id) >= taken.count {
                taken.append(contentsOf: repeatElement(false, count: Self.idLimit - taken.count))
            }
            guard !taken[Int(id)] else {
                throw TokenizerError(
                    file: folder.path(of: name), expected: "a different id for every token",
                    found: "id \(id) twice, once for \(TokenizerError.excerpt(token))")
            }
            taken[Int(id)] = true
            ids[token] = id
            upperBound = max(upperBound, id + 1)
        }
        guard !ids.isEmpty else {
            throw TokenizerError(file: folder.path(of: name), expected: "tokens and their ids", found: "no token")
        }
        self.ids = ids
        self.upperBound = upperBound
    }
}
