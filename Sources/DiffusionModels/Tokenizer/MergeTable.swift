/// Byte-pair merges: which two tokens make which, and which pair goes first.
struct MergeTable: Sendable {
    private let merges: [Pair: Merge]

    struct Pair: Hashable, Sendable {
        let first: Int32
        let second: Int32
    }

    struct Merge: Sendable {
        /// Smaller goes first.
        let rank: Int32
        let result: Int32
    }

    init(_ merges: [Pair: Merge]) { self.merges = merges }

    /// Merges neighbours until none can be merged, always the pair of the lowest rank and of those the leftmost.
    ///
    /// The pairs wait in a heap and the tokens in a linked list, so that a word of any length takes
    /// n·log n steps.
    func apply(to symbols: [Int32]) -> [Int32] {
        guard symbols.count > 1 else { return symbols }
        var tokens = symbols
        var next = Array(1...symbols.count)
        var previous = Array(-1..<symbols.count - 1)
        var heap = CandidateHeap()
        func candidate(_ left: Int) -> Candidate? {
            let right = next[left]
            guard right < tokens.count else { return nil }
            let pair = Pair(first: tokens[left], second: tokens[right])
            return merges[pair].map { Candidate(rank: $0.rank, position: left, pair: pair, result: $0.result) }
        }
        for position in symbols.indices.dropLast() {
            if let found = candidate(position) { heap.insert(found) }
        }
        while let best = heap.removeFirst() {
            let left = best.position
            // A candidate is stale when one of its tokens has been merged into another meanwhile.
            guard tokens[left] == best.pair.first, next[left] < tokens.count,
                tokens[next[left]] == best.pair.second
            else { continue }
            let right = next[left]
            tokens[left] = best.result
            tokens[right] = -1
            next[left] = next[right]
            if next[left] < tokens.count { previous[next[left]] = left }
            if previous[left] >= 0, let found = candidate(previous[left]) { heap.insert(found) }
            if let found = candidate(left) { heap.insert(found) }
        }
        return tokens.filter { $0 >= 0 }
    }

    fileprivate struct Candidate {
        let rank: Int32
        let position: Int
        let pair: Pair
        let result: Int32

        static func < (a: Candidate, b: Candidate) -> Bool {
            a.rank != b.rank ? a.rank < b.rank : a.position < b.position
        }
    }
}

/// A binary heap with the candidate that goes first on top.
private struct CandidateHeap {
    private var items: [MergeTable.Candidate] = []

    mutating func insert(_ item: MergeTable.Candidate) {
        items.append(item)
        var index = items.count - 1
        while index > 0, items[index] < items[(index - 1) / 2] {
            items.swapAt(index, (index - 1) / 2)
            index = (index - 1) / 2
        }
    }

    mutating func removeFirst() -> MergeTable.Candidate? {
        guard let first = items.first else { return nil }
        let last = items.removeLast()
        guard !items.isEmpty else { return first }
        items[0] = last
        var index = 0
        while true {
            var smallest = index
            for child in [2 * index + 1, 2 * index + 2] where child < items.count && items[child] < items[smallest] {
                smallest = child
            }
            if smallest == index { return first }
            items.swapAt(index, smallest)
            index = smallest
        }
    }
}
