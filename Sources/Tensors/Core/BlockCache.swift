import Glibc
import Synchronization

/// Large blocks of memory, straight from the system, of which a few that were let go are kept for the next of their
/// size: fresh memory costs a fault for every page, and an allocator that never gives memory back would make every
/// bound on it meaningless.
struct BlockCache: ~Copyable, Sendable {
    static let shared = BlockCache()

    /// The size of a huge page on every 64-bit Linux with 4-kibibyte pages; blocks begin at a multiple of it.
    static let hugePage = 2 << 20
    /// Blocks are multiples of this long: small beside them, yet so that sizes repeat.
    private static let unit = 64 << 10
    /// Bytes that are kept.
    private static let capacity = 64 << 20

    /// The oldest first.
    private let kept = Mutex<[Block]>([])

    /// `@unchecked Sendable`: a block in the cache belongs to nobody else.
    private struct Block: @unchecked Sendable {
        let base: UnsafeMutableRawPointer
        let size: Int
    }

    /// A block of at least `byteCount` bytes with undefined contents; nil when the system has none.
    func take(_ byteCount: Int) -> UnsafeMutableRawPointer? {
        let size = Self.rounded(byteCount)
        let found = kept.withLock { kept in
            kept.lastIndex { $0.size == size }.map { kept.remove(at: $0).base }
        }
        return found ?? Self.map(size)
    }

    /// Takes back what ``take(_:)`` gave for the same number of bytes.
    func give(_ base: UnsafeMutableRawPointer, _ byteCount: Int) {
        let block = Block(base: base, size: Self.rounded(byteCount))
        // One that cannot be kept is not to drive out those that can.
        guard block.size <= Self.capacity else {
            munmap(block.base, block.size)
            return
        }
        let evicted = kept.withLock { kept in
            kept.append(block)
            var total = kept.reduce(0) { $0 + $1.size }
            var evicted: [Block] = []
            while total > Self.capacity {
                evicted.append(kept.removeFirst())
                total -= evicted[evicted.count - 1].size
            }
            return evicted
        }
        for block in evicted { munmap(block.base, block.size) }
    }

    /// Gives everything that is kept back to the system.
    func release() {
        let blocks = kept.withLock { kept in
            defer { kept = [] }
            return kept
        }
        for block in blocks { munmap(block.base, block.size) }
    }

    private static func rounded(_ byteCount: Int) -> Int { (byteCount + unit - 1) / unit * unit }

    /// Fresh memory; where huge pages are worth it, it begins at a multiple of one.
    private static func map(_ size: Int) -> UnsafeMutableRawPointer? {
        guard size >= 2 * hugePage else { return map(length: size) }
        let (length, overflows) = size.addingReportingOverflow(hugePage)
        guard !overflows,
            let area = map(length: length)
        else { return nil }
        let before = (hugePage - Int(bitPattern: area) % hugePage) % hugePage
        if before > 0 { munmap(area, before) }
        let base = area + before
        munmap(base + size, hugePage - before)
        madvise(base, size, MADV_HUGEPAGE)  // Refusal costs time, nothing else.
        return base
    }

    private static func map(length: Int) -> UnsafeMutableRawPointer? {
        let area = mmap(nil, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
        return area == MAP_FAILED ? nil : area
    }
}
