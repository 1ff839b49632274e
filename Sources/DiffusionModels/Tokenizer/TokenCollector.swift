/// Collects the tokens of a prompt as far as there is room, and remembers where the text ran out of it.
struct TokenCollector {
    private let capacity: Int
    /// The normalised text so far.
    private var text: [UInt8] = []
    /// Where in the text the first token begins that did not fit.
    private var overflow: Int?

    /// At most `capacity` ids.
    private(set) var ids: [Int32] = []
    /// The number of all tokens.
    private(set) var count = 0

    init(capacity: Int) {
        self.capacity = capacity
    }

    /// Text between words.
    mutating func skip(_ scalars: ArraySlice<Unicode.Scalar>) {
        append(utf8: scalars)
    }

    /// Text that is one token.
    mutating func append(_ scalars: ArraySlice<Unicode.Scalar>, as id: Int32) {
        append(id, at: text.count)
        append(utf8: scalars)
    }

    /// A word.
    mutating func append(_ scalars: ArraySlice<Unicode.Scalar>, encodedBy encoder: BytePairEncoder) {
        var position = text.count
        append(utf8: scalars)
        for token in encoder.encode(text[position...]) {
            append(token.id, at: position)
            position += token.byteCount
        }
    }

    /// What follows the last token that fitted, nil when all did.
    var truncatedText: String? {
        guard var start = overflow else { return nil }
        // A token may begin inside the UTF-8 of a character.
        while start > 0, UTF8.isContinuation(text[start]) { start -= 1 }
        let rest = text[start...].drop { $0 == UInt8(ascii: " ") }
        let trailing = rest.reversed().prefix { $0 == UInt8(ascii: " ") }.count
        return String(decoding: rest.dropLast(trailing), as: UTF8.self)
    }

    private mutating func append(_ id: Int32, at position: Int) {
        if count < capacity {
            ids.append(id)
        } else if overflow == nil {
            overflow = position
        }
        count += 1
    }

    private mutating func append(utf8 scalars: ArraySlice<Unicode.Scalar>) {
        for scalar in scalars { text.append(contentsOf: scalar.utf8) }
    }
}
