/// A binary heap of pairs that may join: the lowest rank first, then the leftmost position.
struct MergeQueue {
    /// Rank in the high half, position in the low half, so that comparing the keys compares both.
    private var keys: [UInt64] = []

    mutating func insert(rank: UInt32, position: Int) {
        var index = keys.count
        let key = UInt64(rank) << 32 | UInt64(position)
        keys.append(key)
        while index > 0 {
            let parent = (index - 1) / 2
            if keys[parent] <= key { break }
            keys.swapAt(index, parent)
            index = parent
        }
    }

    mutating func popFirst() -> (rank: UInt32, position: Int)? {
        guard let last = keys.popLast() else { return nil }
        guard let first = keys.first else { return Self.unpack(last) }
        keys[0] = last
        var index = 0
        while true {
            var child = 2 * index + 1
            if child >= keys.count { break }
            if child + 1 < keys.count, keys[child + 1] < keys[child] { child += 1 }
            if last <= keys[child] { break }
            keys.swapAt(index, child)
            index = child
        }
        return Self.unpack(first)
    }

    private static func unpack(_ key: UInt64) -> (rank: UInt32, position: Int) {
        (UInt32(truncatingIfNeeded: key >> 32), Int(UInt32(truncatingIfNeeded: key)))
    }
}
