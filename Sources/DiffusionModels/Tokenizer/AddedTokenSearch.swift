/// Finds added tokens in text: tokenizers' `AddedVocabulary.find_matches`.
struct AddedTokenSearch {
    /// A stretch of the text, with the id of the added token it is, if any.
    struct Segment: Hashable {
        var id: Int32?
        var range: Range<Int>
    }

    private struct Entry {
        /// Nil for a token whose text is ordinary text.
        var id: Int32?
        var token: AddedToken
    }

    /// Finds the longest token that begins at a place: a tree with an edge for each scalar.
    private struct Edge: Hashable {
        var node: Int
        var scalar: Unicode.Scalar
    }
    private var edges: [Edge: Int] = [:]
    private var entries: [Entry?] = [nil]

    /// Adds a token that is looked for as `pattern`; the first of two with the same pattern stays.
    ///
    /// One without id is found, so that nothing within it is, and left as ordinary text.
    mutating func insert(_ token: AddedToken, id: Int32?, pattern: [Unicode.Scalar]) {
        var node = 0
        for scalar in pattern {
            let edge = Edge(node: node, scalar: scalar)
            if let next = edges[edge] {
                node = next
            } else {
                node = entries.count
                edges[edge] = node
                entries.append(nil)
            }
        }
        if node != 0, entries[node] == nil { entries[node] = Entry(id: id, token: token) }
    }

    /// Segments that cover the text, in its order.
    func segments(of text: [Unicode.Scalar]) -> [Segment] {
        guard !edges.isEmpty else { return [Segment(id: nil, range: text.indices)] }
        var segments: [Segment] = []
        var covered = 0
        var position = 0
        while position < text.count {
            guard let (entry, end) = longestMatch(in: text, at: position) else {
                position += 1
                continue
            }
            let match = position..<end
            position = end
            guard let id = entry.id else { continue }
            if entry.token.isSingleWord, !standsAlone(match, in: text) { continue }
            let range = extended(match, of: entry.token, in: text, from: covered)
            if covered < range.lowerBound { segments.append(Segment(id: nil, range: covered..<range.lowerBound)) }
            segments.append(Segment(id: id, range: range))
            covered = range.upperBound
        }
        if covered < text.count { segments.append(Segment(id: nil, range: covered..<text.count)) }
        return segments
    }

    private func longestMatch(in text: [Unicode.Scalar], at start: Int) -> (entry: Entry, end: Int)? {
        var match: (entry: Entry, end: Int)?
        var node = 0
        var position = start
        while position < text.count, let next = edges[Edge(node: node, scalar: text[position])] {
            node = next
            position += 1
            if let entry = entries[node] { match = (entry, position) }
        }
        return match
    }

    private func standsAlone(_ match: Range<Int>, in text: [Unicode.Scalar]) -> Bool {
        let before = match.lowerBound > 0 && Self.isWordScalar(text[match.lowerBound - 1])
        let behind = match.upperBound < text.count && Self.isWordScalar(text[match.upperBound])
        return !before && !behind
    }

    /// The match and the white space that the token takes along, but none that an earlier token took.
    private func extended(
        _ match: Range<Int>, of token: AddedToken, in text: [Unicode.Scalar], from covered: Int
    ) -> Range<Int> {
        var lower = match.lowerBound
        var upper = match.upperBound
        if token.stripsLeft {
            while lower > covered, ScalarClass(text[lower - 1]) == .space { lower -= 1 }
        }
        if token.stripsRight {
            while upper < text.count, ScalarClass(text[upper]) == .space { upper += 1 }
        }
        return lower..<upper
    }

    /// `\w` of Unicode regular expressions.
    private static func isWordScalar(_ scalar: Unicode.Scalar) -> Bool {
        let properties = scalar.properties
        switch properties.generalCategory {
        case .nonspacingMark, .spacingMark, .enclosingMark, .decimalNumber, .connectorPunctuation: return true
        default: return properties.isAlphabetic || properties.isJoinControl
        }
    }
}
