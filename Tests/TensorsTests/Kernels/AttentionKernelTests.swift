import CKernels
import Foundation
import Tensors
import Testing

/// Attention of one head by every table, against sums in binary64: what the tests of whole layers do not reach.
@Suite("The attention of a head")
struct AttentionKernelTests {
    private typealias Head = (
        rows: Int, keys: Int, width: Int, queries: [Float], keyValues: [Float], values: [Float]
    )

    private static func attend(
        _ head: Head, scale: Float = 1, causal: Bool = false, first: Int = 0, table: Int
    ) -> [Float] {
        let kernels = Kernels.supported[table]
        var result = [Float](repeating: .nan, count: head.rows * head.width)
        var scratch = [Float](repeating: .nan, count: kernels.attend_scratch(head.width))
        kernels.attend(
            head.rows, head.keys, head.width, head.width, scale, causal, first, head.queries, head.keyValues,
            head.values,
            &result, &scratch)
        return result
    }

    private static func exact(_ head: Head, scale: Float = 1, causal: Bool = false, first: Int = 0) -> [Double] {
        (0..<head.rows).flatMap { row -> [Double] in
            let seen = causal ? min(head.keys, first + row + 1) : head.keys
            let scores = (0..<seen).map { key in
                (0..<head.width).reduce(0.0) {
                    $0 + Double(head.queries[row * head.width + $1]) * Double(head.keyValues[key * head.width + $1])
                } * Double(scale)
            }
            let largest = scores.max() ?? 0
            let shares = scores.map { exp($0 - largest) }
            let sum = shares.reduce(0, +)
            return (0..<head.width).map { channel in
                shares.indices.reduce(0.0) { $0 + shares[$1] * Double(head.values[$1 * head.width + channel]) } / sum
            }
        }
    }

    private static func head(rows: Int, keys: Int, width: Int, range: ClosedRange<Float> = -1...1) -> Head {
        func random(_ count: Int, _ seed: UInt64) -> [Float] { Tensor.seeded([count], seed: seed, in: range).values }
        return (
            rows, keys, width, random(rows * width, 1), random(keys * width, 2),
            Tensor.seeded([keys * width], seed: 3, in: -1...1).values
        )
    }

    private static func largestError(_ result: [Float], _ exact: [Double]) -> Double {
        zip(result, exact).map { abs(Double($0) - $1) }.max() ?? .nan
    }

    /// One channel and two keys, whose scores are 0 and the query: e to the query follows from the share of the second.
    @Test("a share is exact to some roundings, and vanishes far below", arguments: Kernels.supported.indices)
    func exponential(table: Int) {
        for start in stride(from: 0, to: 86000, by: 700) {
            let queries = (start..<start + 700).map { -Float($0) / 1000 }
            let result = Self.attend((700, 2, 1, queries, [0, 1], [0, 1]), table: table)
            for (query, share) in zip(queries, result) {
                let power = exp(Double(query))
                let error = abs(Double(share) / (power / (1 + power)) - 1)
                #expect(error < 1.5e-7 * (1 - Double(query)) + 2.5e-7, "\(query)")
            }
        }
        let far: [Float] = [-87.5, -100, -1e5, -3e38, -88, -1e4, -1e9]
        let result = Self.attend((far.count, 2, 1, far, [0, 1], [0, 1]), table: table)
        #expect(result.allSatisfy { (0...3e-38).contains($0) })
    }

    @Test(
        "every number of queries, keys and channels", arguments: Kernels.supported.indices,
        [(1, 1, 1), (5, 7, 3), (31, 77, 16), (33, 239, 20), (64, 240, 40), (65, 241, 8), (7, 485, 130), (3, 130, 300)])
    func sizes(table: Int, size: (rows: Int, keys: Int, width: Int)) {
        let head = Self.head(rows: size.rows, keys: size.keys, width: size.width)
        let scale = 1 / Float(size.width).squareRoot()
        let result = Self.attend(head, scale: scale, table: table)
        #expect(Self.largestError(result, Self.exact(head, scale: scale)) < 5e-7)
        let (rows, width) = (size.rows / 2, size.width)
        var part = head
        (part.rows, part.queries) = (rows, Array(head.queries.prefix(rows * width)))
        #expect(
            Self.attend(part, scale: scale, table: table) == Array(result.prefix(rows * width)), "whoever is beside")
    }

    @Test("no query sees what comes after it", arguments: Kernels.supported.indices, [0, 1, 200, 400])
    func causal(table: Int, first: Int) {
        let head = Self.head(rows: 77, keys: first + 77, width: 8)
        let result = Self.attend(head, causal: true, first: first, table: table)
        #expect(Self.largestError(result, Self.exact(head, causal: true, first: first)) < 5e-7)
        // Not even what is no number.
        var changed = head
        let last = (first + 76) * 8
        for channel in 0..<8 { changed.keyValues[last + channel] = 1e30 }
        #expect(Self.attend(changed, causal: true, first: first, table: table).dropLast(8) == result.dropLast(8))
    }

    /// Scores grow from block to block, sometimes by more than the reach of the first reference, for some queries.
    @Test("references follow the scores", arguments: Kernels.supported.indices, [0.5, 3, 8, 30, 200] as [Float])
    func references(table: Int, growth: Float) {
        let (rows, keys, width) = (70, 960, 4)
        var head = Self.head(rows: rows, keys: keys, width: width)
        for key in 0..<keys {
            for channel in 0..<width { head.keyValues[key * width + channel] *= 1 + growth * Float(key / 240) }
        }
        let result = Self.attend(head, table: table)
        // An exponent of a hundred is known to some 10⁻⁵.
        #expect(Self.largestError(result, Self.exact(head)) < 1e-6 * Double(1 + growth))
        // A query's bits are its own, whoever needs another reference beside it.
        for row in [0, 17, 69] {
            var alone = head
            (alone.rows, alone.queries) = (1, Array(head.queries[row * width..<(row + 1) * width]))
            #expect(Self.attend(alone, table: table) == Array(result[row * width..<(row + 1) * width]))
        }
    }

    @Test("tables of the same numerics give the same bits, near the reach too")
    func bits() {
        var head = Self.head(rows: 100, keys: 720, width: 1)
        for key in 240..<720 { head.keyValues[key] += 32 / 1.442695 }
        for row in 0..<100 { head.queries[row] = 1 + Float(row) * 1e-7 }
        var byNumerics: [String: [Float]] = [:]
        for table in Kernels.supported.indices {
            let result = Self.attend(head, table: table)
            #expect(Self.largestError(result, Self.exact(head)) < 3e-6)
            let numerics = String(cString: Kernels.supported[table].numerics)
            #expect(byNumerics[numerics, default: result] == result)
            byNumerics[numerics] = result
        }
    }
}
