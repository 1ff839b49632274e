import Tensors
import Testing

/// A 16-bit floating-point format, read by the definition of its bits.
struct SmallFloat: Sendable, CustomTestStringConvertible {
    let elementType: ElementType
    let exponentBits: Int
    let fractionBits: Int
    var testDescription: String { elementType.rawValue }

    static let binary16 = SmallFloat(elementType: .float16, exponentBits: 5, fractionBits: 10)
    static let bfloat16 = SmallFloat(elementType: .bfloat16, exponentBits: 8, fractionBits: 7)
    static let all = [binary16, bfloat16]

    private var bias: Int { 1 << (exponentBits - 1) - 1 }

    /// The number that `word` stands for.
    func value(of word: UInt16) -> Double {
        let exponent = Int(word >> fractionBits) & (1 << exponentBits - 1)
        let fraction = Double(word & (1 << fractionBits - 1)) / Double(1 << fractionBits)
        let magnitude: Double =
            if exponent == 1 << exponentBits - 1 {
                fraction == 0 ? .infinity : .nan
            } else if exponent == 0 {
                Double(sign: .plus, exponent: 1 - bias, significand: 1) * fraction
            } else {
                Double(sign: .plus, exponent: exponent - bias, significand: 1 + fraction)
            }
        return word >> 15 == 1 ? -magnitude : magnitude
    }

    /// Seeded numbers of magnitude below 2, with every pattern of fraction and most exponents among them.
    func words(_ shape: [Int], seed: UInt64) -> [UInt16] {
        var numbers = SeededNumbers(seed: seed)
        // The highest bit of the exponent is what makes numbers large.
        return (0..<shape.reduce(1, *)).map { _ in UInt16(truncatingIfNeeded: numbers.next()) & ~(1 << 14) }
    }

    /// ``words(_:seed:)`` as a weight.
    func parameter(_ shape: [Int], seed: UInt64) -> Parameter {
        Parameter(shape: shape, elementType: elementType, words: words(shape, seed: seed))
    }
}
