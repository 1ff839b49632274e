import CKernels
import Tensors
import Testing

@Suite("Widening of 16-bit numbers")
struct WideningTests {
    /// Every pattern there is.
    private static let words = (0...UInt16.max).map { $0 }

    private static func expectExact(_ widened: [Float], _ format: SmallFloat) {
        let wrong = words.indices.filter { index in
            let expected = format.value(of: words[index])
            let found = Double(widened[index])
            return expected.isNaN
                ? !found.isNaN || (found.sign == .minus) != (words[index] >> 15 == 1)
                : found.bitPattern != expected.bitPattern
        }
        #expect(wrong == [], "\(format.testDescription)")
    }

    @Test("every binary16 is exact in every table", arguments: Kernels.supported.indices)
    func binary16(table: Int) {
        var widened = [Float](repeating: 7, count: Self.words.count)
        Kernels.supported[table].widen_f16(Self.words.count, Self.words, &widened)
        Self.expectExact(widened, .binary16)
    }

    @Test("every bfloat16 is exact in every table", arguments: Kernels.supported.indices)
    func bfloat16(table: Int) {
        var widened = [Float](repeating: 7, count: Self.words.count)
        Kernels.supported[table].widen_bf16(Self.words.count, Self.words, &widened)
        Self.expectExact(widened, .bfloat16)
    }

    @Test("a run of any length at any place is written and nothing behind it", arguments: Kernels.supported.indices)
    func lengths(table: Int) {
        let table = Kernels.supported[table]
        for (widen, format) in [(table.widen_f16, SmallFloat.binary16), (table.widen_bf16, .bfloat16)] {
            for count in 0...40 {
                let words = Array(Self.words[(0x3a00 + count)..<(0x3a00 + 2 * count)])
                var widened = [Float](repeating: 7, count: count + 1)
                widen(count, words, &widened)
                #expect(widened.map(Double.init) == words.map(format.value) + [7])
            }
        }
    }
}
