import CKernels
import Foundation
import Tensors
import Testing

/// The streamed softmax, step by step: what attention's own tests see only through a division.
@Suite("A step of the softmax")
struct SoftmaxKernelTests {
    /// One row of scores after a step from the beginning, and what the row adds up to.
    private static func step(
        _ scores: [Float], scale: Float = 1, seen: Int? = nil, table: Int
    ) -> (powers: [Float], maximum: Float, sum: Float, correction: Float) {
        var (powers, maximum, sum, correction) = (scores, -Float.infinity, Float(0), Float.nan)
        Kernels.supported[table].softmax_step(
            1, scores.count, scores.count, scale, seen != nil, seen ?? 0, &powers, &maximum, &sum, &correction)
        return (powers, maximum, sum, correction)
    }

    @Test("its exponential is exact to a few roundings, and vanishes far below", arguments: Kernels.supported.indices)
    func exponential(table: Int) {
        let scores = [0] + (0..<87001).map { -Float($0) / 1000 }
        let powers = Self.step(scores, table: table).powers
        let worst = zip(scores, powers).map { abs(Double($1) / exp(Double($0)) - 1) }.max()
        #expect((worst ?? 1) < 3e-7)
        let far = Self.step([0, -87.5, -100, -1e5, -3e38, -.infinity, -88, -1e4, -1e9], table: table).powers
        #expect(far.dropFirst().allSatisfy { (0...2e-38).contains($0) })
    }

    @Test("a row of any length has its maximum and its sum", arguments: Kernels.supported.indices)
    func lengths(table: Int) {
        for count in 1...40 {
            for largest in 0..<count {
                var scores = (0..<count).map { -Float($0 % 7) / 8 }
                scores[largest] = 1
                let (powers, maximum, sum, correction) = Self.step(scores, scale: 3, table: table)
                #expect(maximum == 3)
                #expect(correction == 0)
                #expect(powers[largest] == 1)
                let expected = scores.reduce(0) { $0 + exp(3 * Double($1) - 3) }
                #expect(abs(Double(sum) / expected - 1) < 5e-7, "\(count) scores")
            }
        }
    }

    @Test("what a row must not see is nothing", arguments: Kernels.supported.indices)
    func unseen(table: Int) {
        for count in [1, 4, 9, 20] {
            for seen in 0...count {
                let scores = (0..<count).map { Float($0) }
                let (powers, maximum, sum, correction) = Self.step(scores, seen: seen, table: table)
                #expect(powers.dropFirst(seen).allSatisfy { $0 == 0 })
                #expect(maximum == (seen == 0 ? -.infinity : Float(seen - 1)))
                #expect(sum >= (seen == 0 ? 0 : 1))
                #expect(correction == (seen == 0 ? 1 : 0))
            }
        }
    }

    @Test("two steps give the sum of one, and the factor between them", arguments: Kernels.supported.indices)
    func steps(table: Int) {
        let scores = Tensor.seeded([60], seed: 1, in: -5...5).values
        let whole = Self.step(scores, table: table)
        for cut in [1, 8, 31, 59] {
            let first = Self.step(Array(scores[..<cut]), table: table)
            var (powers, maximum, sum, correction) = (Array(scores[cut...]), first.maximum, first.sum, Float.nan)
            Kernels.supported[table].softmax_step(
                1, powers.count, powers.count, 1, false, 0, &powers, &maximum, &sum, &correction)
            #expect(maximum == whole.maximum)
            #expect(abs(sum / whole.sum - 1) < 5e-7)
            #expect(abs(Double(correction) / exp(Double(first.maximum - maximum)) - 1) < 3e-7)
        }
    }
}
