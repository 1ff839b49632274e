/// A set of workers by their slots, small enough to be intersected in a few instructions.
struct WorkerSet: Hashable, Sendable {
    /// Slots are below this.
    static let capacity = 512

    private var words = SIMD8<UInt64>()

    var isEmpty: Bool { words == SIMD8() }

    func contains(_ slot: Int) -> Bool { words[slot / 64] & (1 << UInt64(slot % 64)) != 0 }

    mutating func set(_ slot: Int, to isMember: Bool) {
        if isMember {
            words[slot / 64] |= 1 << UInt64(slot % 64)
        } else {
            words[slot / 64] &= ~(1 << UInt64(slot % 64))
        }
    }

    func intersection(_ other: WorkerSet) -> WorkerSet {
        var result = self
        result.words &= other.words
        return result
    }
}

extension WorkerSet: Sequence {
    /// The slots in ascending order.
    struct Iterator: IteratorProtocol {
        fileprivate var words: SIMD8<UInt64>
        private var index = 0

        fileprivate init(words: SIMD8<UInt64>) { self.words = words }

        mutating func next() -> Int? {
            while index < 8 {
                let word = words[index]
                if word != 0 {
                    words[index] = word & (word - 1)
                    return index * 64 + word.trailingZeroBitCount
                }
                index += 1
            }
            return nil
        }
    }

    func makeIterator() -> Iterator { Iterator(words: words) }
}
