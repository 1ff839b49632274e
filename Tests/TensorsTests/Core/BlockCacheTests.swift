import Tensors
import Testing

/// What is kept of the memory that tensors leave, each time in a cache of the test's own.
@Suite("Memory that is kept for the next blocks")
struct BlockCacheTests {
    private static let mebibyte = 1 << 20

    /// A cache that counts in MiB.
    private final class Cache {
        private let blocks = BlockCache()

        var keptBytes: Int { blocks.keptBytes }

        func take(_ size: Int) throws -> UnsafeMutableRawPointer {
            let block = blocks.take(size * mebibyte)
            return try #require(block)
        }

        func give(_ block: UnsafeMutableRawPointer, _ size: Int) { blocks.give(block, size * mebibyte) }
        func beginPass() { blocks.beginPass() }
        func endPass() { blocks.endPass() }
    }

    @Test("outside of a pass a block is kept for the next of its size, unless it is too large")
    func outside() throws {
        let cache = Cache()
        let small = try cache.take(8)
        cache.give(small, 8)
        #expect(cache.keptBytes == 8 * Self.mebibyte)
        #expect(try cache.take(8) == small)
        #expect(cache.keptBytes == 0)
        cache.give(small, 8)
        cache.give(try cache.take(96), 96)
        #expect(cache.keptBytes == 8 * Self.mebibyte)
    }

    @Test("outside of a pass never more than its capacity is kept")
    func capacity() throws {
        let cache = Cache()
        let blocks = try (0..<20).map { _ in try cache.take(8) }
        for block in blocks {
            cache.give(block, 8)
            #expect(cache.keptBytes <= BlockCache.capacity)
        }
        #expect(cache.keptBytes == BlockCache.capacity)
    }

    @Test("a block is no more than an eighth larger than what it is for, and a little less finds the same")
    func sizes() throws {
        let unit = BlockCache.unit
        for bytes in [1, unit, unit + 1, 7 * unit, 8 * unit, 17 * unit, 1000 * unit + 1, 123_456_789, 1 << 40] {
            let size = BlockCache.rounded(bytes)
            #expect(size >= bytes && size % unit == 0)
            #expect(size - bytes < unit + bytes / 8)
            #expect(BlockCache.rounded(size) == size)
        }
        let cache = Cache()
        let block = try cache.take(32)
        cache.give(block, 32)
        #expect(try cache.take(31) == block)
        cache.give(block, 31)
        #expect(try cache.take(28) != block)
    }

    @Test("in a pass a large block serves again, and when it ends it goes back to the system")
    func reuse() throws {
        let cache = Cache()
        cache.beginPass()
        let first = try cache.take(192)
        cache.give(first, 192)
        #expect(try cache.take(192) == first)
        cache.give(first, 192)
        // A pass inside a pass ends nothing.
        cache.beginPass()
        cache.endPass()
        #expect(cache.keptBytes == 192 * Self.mebibyte)
        cache.endPass()
        #expect(cache.keptBytes <= BlockCache.capacity)
    }

    @Test("what is kept and what is in use never exceed the most that was in use, but for the capacity")
    func bound() throws {
        let cache = Cache()
        cache.beginPass()
        var blocks: [(UnsafeMutableRawPointer, Int)] = []
        var (used, highest) = (0, 0)
        // Sizes that seldom repeat, taken and given in changing order.
        for round in 0..<400 {
            if round % 7 < 4 {
                let size = 1 + (round * 37) % 90
                blocks.append((try cache.take(size), size))
                used += BlockCache.rounded(size * Self.mebibyte)
            } else if !blocks.isEmpty {
                let (block, size) = blocks.remove(at: (round * 13) % blocks.count)
                cache.give(block, size)
                used -= BlockCache.rounded(size * Self.mebibyte)
            }
            highest = max(highest, used)
            #expect(cache.keptBytes + used <= highest + BlockCache.capacity)
        }
        for (block, size) in blocks { cache.give(block, size) }
        cache.endPass()
        #expect(cache.keptBytes <= BlockCache.capacity)
    }

    @Test("a kept block that there is no more room for is cut up, and its parts are memory like any other")
    func parts() throws {
        let cache = Cache()
        cache.beginPass()
        let other = try cache.take(96)
        let whole = try cache.take(288)
        cache.give(whole, 288)
        let part = try cache.take(192)
        #expect(part == whole)
        let rest = try cache.take(96)
        #expect(rest == whole + 192 * Self.mebibyte)
        // None of them overlaps another.
        for (block, size, value) in [(other, 96, 1), (part, 192, 2), (rest, 96, 3)] {
            block.initializeMemory(as: UInt8.self, repeating: UInt8(value), count: size * Self.mebibyte)
        }
        for (block, size, value) in [(other, 96, 1), (part, 192, 2), (rest, 96, 3)] {
            #expect(block.load(as: UInt8.self) == value)
            #expect(block.load(fromByteOffset: size * Self.mebibyte - 1, as: UInt8.self) == value)
            cache.give(block, size)
        }
        cache.endPass()
    }

    @Test("a block that was cut up is one again once all its parts are back")
    func merging() throws {
        let cache = Cache()
        cache.beginPass()
        let whole = try cache.take(256)
        cache.give(whole, 256)
        // Three quarters fit, and there is no room for that much again.
        let parts = [try cache.take(160), try cache.take(80), try cache.take(16)]
        #expect(parts[0] == whole && parts[1] == whole + 160 * Self.mebibyte && parts[2] == whole + 240 * Self.mebibyte)
        for (part, size) in [(parts[0], 160), (parts[2], 16), (parts[1], 80)] { cache.give(part, size) }
        #expect(cache.keptBytes == 256 * Self.mebibyte)
        #expect(try cache.take(256) == whole)
        cache.give(whole, 256)
        cache.endPass()
    }

    @Test("of a block much larger than what there is room for the beginning stays")
    func shortening() throws {
        let cache = Cache()
        cache.beginPass()
        let block = try cache.take(80)
        cache.give(block, 80)
        cache.endPass()
        #expect(cache.keptBytes == BlockCache.capacity)
        #expect(try cache.take(64) == block)
        cache.give(block, 64)
    }

    @Test("a small block leaves the large ones whole")
    func smallBlocks() throws {
        let cache = Cache()
        cache.beginPass()
        let large = try cache.take(384)
        cache.give(large, 384)
        var small: [UnsafeMutableRawPointer] = []
        for _ in 0..<8 { small.append(try cache.take(8)) }
        #expect(try cache.take(384) == large)
        cache.give(large, 384)
        for block in small { cache.give(block, 8) }
        cache.endPass()
    }
}
