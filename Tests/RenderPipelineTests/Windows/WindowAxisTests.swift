import RenderPipeline
import Testing

/// Where windows lie along one direction, and what they weigh.
struct WindowAxisTests {
    struct Size: Sendable, CustomTestStringConvertible {
        let count: Int
        let edge: Int
        let overlap: Int
        var testDescription: String { "\(count) cells in windows of \(edge) that share \(overlap)" }

        static let all = [1, 2, 7, 16, 31, 32, 33, 34, 47, 64, 93, 128, 257, 512].flatMap { count in
            [(2, 0), (8, 2), (8, 6), (16, 5), (32, 0), (32, 8), (32, 30), (64, 16), (128, 32), (31, 7)].map {
                Size(count: count, edge: $0.0, overlap: $0.1)
            }
        }

        var axis: WindowAxis { WindowAxis(count: count, edge: edge, overlap: overlap) }
    }

    @Test("Windows cover everything, stay inside and share what they have to", arguments: Size.all)
    func coverage(size: Size) {
        let axis = size.axis
        #expect(axis.edge == min(size.count, size.edge))
        #expect(axis.starts.first == 0)
        #expect(axis.starts.last == size.count - axis.edge)
        var covered = [Int](repeating: 0, count: size.count)
        for start in axis.starts { for cell in start..<start + axis.edge { covered[cell] += 1 } }
        #expect(covered.allSatisfy { $0 > 0 })
        for (start, next) in zip(axis.starts, axis.starts.dropFirst()) {
            #expect(start < next)
            #expect(start + axis.edge - next >= size.overlap)
        }
    }

    @Test("Windows begin on even cells, but for the last of an odd difference", arguments: Size.all)
    func evenStarts(size: Size) {
        let starts = size.axis.starts
        #expect(starts.dropLast().allSatisfy { $0.isMultiple(of: 2) })
        #expect(starts.count == 1 || starts[starts.count - 1] % 2 == (size.count - size.edge) % 2)
    }

    @Test("There are as few windows as can be, spread evenly", arguments: Size.all)
    func spread(size: Size) {
        let axis = size.axis
        let room = size.count - axis.edge
        let distance = (size.edge - size.overlap) / 2 * 2
        #expect(axis.starts.count == 1 + Int((Double(room) / Double(distance)).rounded(.up)))
        #expect(
            axis.starts.count
                == WindowAxis.windowCount(count: size.count, edge: size.edge, overlap: size.overlap))
        let distances = zip(axis.starts, axis.starts.dropFirst()).map { $1 - $0 }
        // The last one may be moved back by a cell.
        if let shortest = distances.dropLast().min(), let longest = distances.max() {
            #expect(longest - shortest <= 2)
        }
    }

    @Test("Shares are above 0, alike from both ends, and 1 together", arguments: Size.all)
    func shares(size: Size) {
        let axis = size.axis
        var sums = [Float](repeating: 0, count: size.count)
        for (start, shares) in zip(axis.starts, axis.shares) {
            #expect(shares.count == axis.edge)
            #expect(shares.allSatisfy { $0 > 0 && $0 <= 1 })
            for (cell, share) in shares.enumerated() { sums[start + cell] += share }
        }
        #expect(sums.allSatisfy { abs($0 - 1) < 1e-5 })
        // Seen from the other end, where windows lie alike.
        let mirrored = axis.starts.reversed().map { size.count - axis.edge - $0 }
        if mirrored == axis.starts {
            for (shares, others) in zip(axis.shares, axis.shares.reversed()) {
                #expect(zip(shares, others.reversed()).allSatisfy { abs($0 - $1) <= 1e-6 })
            }
        }
    }

    @Test(arguments: [1, 2, 3, 8, 31, 32, 64, 128, 4096]) func theRaisedCosineIsSymmetricAndPositive(count: Int) {
        let weights = WindowAxis.raisedCosine(count)
        #expect(weights.count == count)
        #expect(weights.allSatisfy { $0 > 0 && $0 <= 1 })
        #expect(weights == weights.reversed())
        #expect(zip(weights, weights.dropFirst(1)).prefix(count / 2).allSatisfy { $0 <= $1 })
    }

    /// sin²(π(i + ½)/8), from tables.
    @Test func theRaisedCosineIsThatOfTheFormula() {
        let expected = [0.0380602337, 0.3086582838, 0.6913417162, 0.9619397663]
        let weights = WindowAxis.raisedCosine(8)
        for (found, wanted) in zip(weights, expected + expected.reversed()) { #expect(abs(found - wanted) < 1e-9) }
    }

    @Test func aCellOfOneWindowIsWhollyThatWindows() {
        let axis = WindowAxis(count: 56, edge: 32, overlap: 8)
        #expect(axis.starts == [0, 24])
        #expect(axis.shares[0].prefix(24).allSatisfy { $0 == 1 })
        #expect(axis.shares[1].suffix(24).allSatisfy { $0 == 1 })
        #expect(axis.shares[0][24..<32].allSatisfy { $0 < 1 })
    }
}
