import CKernels
import Foundation
import Tensors
import Testing

/// The streamed softmax, step by step: what attention's own tests see only through a division.
@Suite("A step of the softmax")
struct SoftmaxKernelTests {
    /// One row of scores after a step, and what the row adds up to: from the beginning, or after another.
    private struct Step {
        var powers: [Float]
        var maximum = -Float.infinity
        var sums = [Float](repeating: 0, count: Int(CK_SUM_LANES))
        var correction = Float.nan

        init(_ scores: [Float], after former: Step? = nil, scale: Float = 1, seen: Int? = nil, table: Int) {
            powers = scores
            if let former { (maximum, sums) = (former.maximum, former.sums) }
            Kernels.supported[table].softmax_step(
                1, scores.count, scores.count, scale, seen != nil, seen ?? 0, &powers, &maximum, &sums, &correction)
        }

        var sum: Double { sums.reduce(0) { $0 + Double($1) } }
    }

    @Test(
        "its powers are exact to some roundings of the largest, and vanish far below",
        arguments: Kernels.supported.indices)
    func exponential(table: Int) {
        let scores = [0] + (0..<86001).map { -Float($0) / 1000 }
        let errors = zip(scores, Step(scores, table: table).powers).map {
            (score: Double($0), error: abs(Double($1) / exp(Double($0)) - 1))
        }
        #expect(errors.allSatisfy { $0.error * exp($0.score) < 1.5e-7 })
        #expect(errors.allSatisfy { $0.error < 1.5e-7 * (1 - $0.score) })
        let far = Step([0, -87.5, -100, -1e5, -3e38, -.infinity, -88, -1e4, -1e9], table: table).powers
        #expect(far.dropFirst().allSatisfy { (0...3e-38).contains($0) })
    }

    @Test("a row of any length has its maximum and its sum", arguments: Kernels.supported.indices)
    func lengths(table: Int) {
        for count in 1...40 {
            for largest in 0..<count {
                var scores = (0..<count).map { -Float($0 % 7) / 8 }
                scores[largest] = 1
                let step = Step(scores, scale: 3, table: table)
                #expect(step.maximum == 1)
                #expect(step.correction < 3e-38)
                #expect(step.powers[largest] == 1)
                let expected = scores.reduce(0) { $0 + exp(3 * Double($1) - 3) }
                #expect(abs(step.sum / expected - 1) < 5e-7, "\(count) scores")
            }
        }
    }

    @Test("what a row must not see is nothing", arguments: Kernels.supported.indices)
    func unseen(table: Int) {
        for count in [1, 4, 9, 20, 40] {
            for seen in 0...count {
                let step = Step((0..<count).map { Float($0) }, seen: seen, table: table)
                #expect(step.powers.dropFirst(seen).allSatisfy { $0 == 0 })
                #expect(step.maximum == (seen == 0 ? -.infinity : Float(seen - 1)))
                #expect(seen == 0 ? step.sum == 0 : step.sum >= 1)
                #expect(step.correction < 3e-38)
            }
            let first = Step([1, 2], table: table)
            let second = Step([3, 4], after: first, seen: 0, table: table)
            #expect(second.correction == 1 && second.maximum == 2 && second.sums == first.sums)
        }
    }

    @Test("two steps give the sum of one, and the factor between them", arguments: Kernels.supported.indices)
    func steps(table: Int) {
        let scores = Tensor.seeded([60], seed: 1, in: -5...5).values
        let whole = Step(scores, table: table)
        for cut in [1, 8, 31, 59] {
            let first = Step(Array(scores[..<cut]), table: table)
            let second = Step(Array(scores[cut...]), after: first, table: table)
            #expect(second.maximum == whole.maximum)
            #expect(abs(second.sum / whole.sum - 1) < 5e-7)
            let factor = exp(Double(first.maximum - second.maximum))
            #expect(abs(Double(second.correction) - factor) < 1.5e-7)
        }
    }

    @Test("rows do not touch each other", arguments: Kernels.supported.indices)
    func rows(table: Int) {
        let (rows, columns, stride) = (Int(CK_SOFTMAX_ROWS) - 1, 37, 40)
        let scores = Tensor.seeded([rows * stride], seed: 2, in: -5...5).values
        var (powers, sums) = (scores, [Float](repeating: 0, count: rows * Int(CK_SUM_LANES)))
        var (maximum, correction) = (
            [Float](repeating: -.infinity, count: rows), [Float](repeating: .nan, count: rows)
        )
        Kernels.supported[table].softmax_step(
            rows, columns, stride, 0.5, false, 0, &powers, &maximum, &sums, &correction)
        for row in 0..<rows {
            let own = row * stride..<row * stride + columns
            let alone = Step(Array(scores[own]), scale: 0.5, table: table)
            #expect(Array(powers[own]) == alone.powers && maximum[row] == alone.maximum)
            #expect(Array(sums[row * Int(CK_SUM_LANES)..<(row + 1) * Int(CK_SUM_LANES)]) == alone.sums)
            #expect(powers[own.upperBound..<(row + 1) * stride] == scores[own.upperBound..<(row + 1) * stride])
        }
    }
}
