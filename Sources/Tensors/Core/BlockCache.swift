import Glibc
import Synchronization

/// Large blocks of memory, straight from the system, of which some that were let go are kept for the next ones: fresh
/// memory costs a fault for every page, and an allocator that never gives memory back would make every bound on it
/// meaningless.
///
/// Outside of a pass of a model, few small blocks are kept. During one, whatever it lets go is kept as long as the pass
/// has needed as much at a time before: so its bound holds, and is reached no sooner.
package struct BlockCache: ~Copyable, Sendable {
    static let shared = BlockCache()

    /// The size of a huge page on every 64-bit Linux with 4-kibibyte pages; blocks begin at a multiple of it.
    static let hugePage = 2 << 20
    /// The least by which sizes of blocks differ.
    package static let unit = 64 << 10
    /// From eight units on there are eight sizes up to twice as much: few enough for sizes to repeat, as the maps of
    /// tiles become a little smaller with every layer, and close enough for little to be left unused.
    private static let sizesPerDoubling = 8
    /// Bytes that are kept beyond what a pass has needed.
    package static let capacity = 64 << 20
    private let state = Mutex(State())

    package init() {}

    deinit { for block in state.withLock({ $0.empty() }) { block.unmap() } }

    /// `@unchecked Sendable`: a block in the cache belongs to nobody else.
    private struct Block: @unchecked Sendable {
        let base: UnsafeMutableRawPointer
        let size: Int

        var end: UnsafeMutableRawPointer { base + size }

        func contains(_ other: Block) -> Bool { other.base >= base && other.end <= end }

        func unmap() { munmap(base, size) }
    }

    /// What is where, in bytes. Whatever is no longer kept is handed out to be unmapped once the lock is free.
    private struct State {
        /// The oldest first.
        var kept: [Block] = []
        var keptBytes = 0
        /// What is in use.
        var used = 0
        /// Passes that are under way, and the most that was in use since the first of them began.
        var passes = 0
        var highest = 0

        /// What may be kept while so much is in use.
        func room(beside used: Int) -> Int { capacity + (passes > 0 ? max(0, highest - used) : 0) }

        mutating func remove(at index: Int) -> Block {
            keptBytes -= kept[index].size
            return kept.remove(at: index)
        }

        /// Keeps a block as one with those beside it: what was cut up is whole again once all parts are back.
        mutating func keep(_ block: Block) {
            keptBytes += block.size
            var whole = block
            for neighbour in kept where neighbour.end == block.base || block.end == neighbour.base {
                whole = Block(base: min(whole.base, neighbour.base), size: whole.size + neighbour.size)
            }
            if whole.size > block.size { kept.removeAll { whole.contains($0) } }
            kept.append(whole)
        }

        /// A kept block of this size, the one used last; or the beginning of the least larger one, where there is no
        /// room for more.
        mutating func find(_ size: Int) -> Block? {
            if let index = kept.lastIndex(where: { $0.size == size }) { return remove(at: index) }
            guard keptBytes > room(beside: used + size) else { return nil }
            let candidates = kept.indices.filter { kept[$0].size > size }
            guard let index = candidates.min(by: { kept[$0].size < kept[$1].size }) else { return nil }
            let block = remove(at: index)
            keep(Block(base: block.base + size, size: block.size - size))
            return Block(base: block.base, size: size)
        }

        mutating func use(_ size: Int) {
            used += size
            highest = max(highest, used)
        }

        /// Lets go what there is no room for: the smallest block that makes enough room, so that the large ones stay,
        /// or else the oldest. Of a block much larger than that its end goes, in whole pages.
        mutating func trim() -> [Block] {
            var gone: [Block] = []
            while keptBytes > room(beside: used), !kept.isEmpty {
                let excess = keptBytes - room(beside: used)
                let index = kept.indices.filter { kept[$0].size >= excess }.min { kept[$0].size < kept[$1].size }
                let block = remove(at: index ?? 0)
                let part = (excess + hugePage - 1) / hugePage * hugePage
                if part < block.size / 2 {
                    keep(Block(base: block.base, size: block.size - part))
                    gone.append(Block(base: block.end - part, size: part))
                } else {
                    gone.append(block)
                }
            }
            return gone
        }

        mutating func empty() -> [Block] {
            defer { (kept, keptBytes) = ([], 0) }
            return kept
        }
    }

    /// A block of at least `byteCount` bytes with undefined contents; nil when the system has none.
    package func take(_ byteCount: Int) -> UnsafeMutableRawPointer? {
        let size = Self.rounded(byteCount)
        let (found, gone) = state.withLock { state in
            let found = state.find(size)
            state.use(size)
            return (found, state.trim())
        }
        for block in gone { block.unmap() }
        return found?.base ?? Self.map(size)
    }

    /// Takes back what ``take(_:)`` gave for the same number of bytes.
    package func give(_ base: UnsafeMutableRawPointer, _ byteCount: Int) {
        let block = Block(base: base, size: Self.rounded(byteCount))
        let gone = state.withLock { state in
            state.used -= block.size
            // One that cannot be kept is not to drive out those that can.
            guard block.size <= state.room(beside: state.used) else { return [block] }
            state.keep(block)
            return state.trim()
        }
        for block in gone { block.unmap() }
    }

    /// A pass of a model begins. Passes may overlap.
    package func beginPass() {
        state.withLock { state in
            if state.passes == 0 { state.highest = state.used }
            state.passes += 1
        }
    }

    /// It has ended.
    package func endPass() {
        let gone = state.withLock { state in
            state.passes -= 1
            return state.trim()
        }
        for block in gone { block.unmap() }
    }

    /// Bytes that are kept for the next blocks.
    package var keptBytes: Int { state.withLock(\.keptBytes) }

    /// Gives everything that is kept back to the system.
    func release() {
        for block in state.withLock({ $0.empty() }) { block.unmap() }
    }

    /// What a block takes that has room for `byteCount` bytes.
    package static func rounded(_ byteCount: Int) -> Int {
        let units = max(1, (byteCount + unit - 1) / unit)
        let doublings = Int.bitWidth - 1 - units.leadingZeroBitCount
        let step = max(1, (1 << doublings) / sizesPerDoubling)
        return (units + step - 1) / step * step * unit
    }

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
