import Foundation
import Tensors
import Testing

/// Our elementary functions against those of the C library, whose own error is below one unit in the last place.
@Suite("Elementary functions")
struct ElementaryFunctionTests {
    /// `count` numbers spread evenly over `range`, with a random step in between.
    private static func spread(_ range: ClosedRange<Double>, _ count: Int = 40000) -> [Double] {
        var numbers = SeededNumbers(seed: 11)
        let step = (range.upperBound - range.lowerBound) / Double(count)
        return (0..<count).map { range.lowerBound + (Double($0) + Double(numbers.next() >> 11) * 0x1p-53) * step }
    }

    /// The distance in units in the last place of `expected`.
    private static func distance(_ found: Double, _ expected: Double) -> Double {
        found == expected ? 0 : abs(found - expected) / expected.ulp
    }

    private static func worst(
        _ arguments: [Double], _ ours: (Double) -> Double, _ theirs: (Double) -> Double
    ) -> (units: Double, argument: Double) {
        arguments.reduce((0.0, 0.0)) { worst, x in
            let units = distance(ours(x), theirs(x))
            return units <= worst.0 ? worst : (units, x)
        }
    }

    @Test("eˣ", arguments: [-1e-9...1e-9, -1...1, -20...20, -708...709.78, -745.1 ... -708])
    func exponential(_ range: ClosedRange<Double>) {
        let worst = Self.worst(Self.spread(range), Elementary.exp, exp)
        #expect(worst.units <= 2, "at \(worst.argument)")
    }

    @Test("the natural logarithm", arguments: [0.999...1.001, 0.5...2, 1e-3...1e3, 1e-308...1e-300, 1e300...1.7e308])
    func logarithm(_ range: ClosedRange<Double>) {
        let worst = Self.worst(Self.spread(range), Elementary.log, log)
        #expect(worst.units <= 2, "at \(worst.argument)")
    }

    @Test("the logarithm of numbers of every exponent")
    func logarithmOfExponents() {
        let powers = (-1074...1023).flatMap { exponent in
            [1.0, 1.3, 1.4142135623730951, 1.99].map { Double(sign: .plus, exponent: exponent, significand: $0) }
        }
        let worst = Self.worst(powers, Elementary.log, log)
        #expect(worst.units <= 2, "at \(worst.argument)")
    }

    @Test("sine and cosine", arguments: [-1e-9...1e-9, -0.8...0.8, -4...4, -1000...1000, -1e6...1e6, 999_990...1e6])
    func circular(_ range: ClosedRange<Double>) {
        let sine = Self.worst(Self.spread(range), Elementary.sin, sin)
        #expect(sine.units <= 2, "at \(sine.argument)")
        let cosine = Self.worst(Self.spread(range), Elementary.cos, cos)
        #expect(cosine.units <= 2, "at \(cosine.argument)")
    }

    @Test("sine and cosine next to multiples of a quarter turn, where they vanish")
    func zeros() {
        let near = (0...5000).flatMap { turn in
            let x = Double(turn) * 127 * .pi / 2
            return [x.nextDown, x, x.nextUp]
        }
        let sine = Self.worst(near.filter { $0 <= 1e6 }, Elementary.sin, sin)
        #expect(sine.units <= 2, "at \(sine.argument)")
        let cosine = Self.worst(near.filter { $0 <= 1e6 }, Elementary.cos, cos)
        #expect(cosine.units <= 2, "at \(cosine.argument)")
    }

    @Test("powers", arguments: [0.5, 1 / 7.0, -0.5, 2, 3, -7, 1 / 3.0])
    func power(exponent: Double) {
        for base in Self.spread(1e-3...80, 2000) + [1e-300, 1e-10, 1 - 1e-15, 1 + 1e-15, 1e10, 1e40] {
            let expected = pow(base, exponent)
            let found = Elementary.pow(base, exponent)
            let tolerance = 5e-16 + 3e-16 * abs(exponent * log(base))
            #expect(found == expected || abs(found - expected) <= tolerance * expected, "of \(base)")
        }
    }

    @Test("edges of the exponential")
    func exponentialEdges() {
        #expect(Elementary.exp(0) == 1)
        #expect(Elementary.exp(-0.0) == 1)
        #expect(Elementary.exp(.infinity) == .infinity)
        #expect(Elementary.exp(-.infinity) == 0)
        #expect(Elementary.exp(709.782712893384) == exp(709.782712893384))
        #expect(Elementary.exp(709.8) == .infinity)
        #expect(Elementary.exp(1e300) == .infinity)
        #expect(Elementary.exp(-745.13) == .leastNonzeroMagnitude)
        #expect(Elementary.exp(-745.14) == 0)
        #expect(Elementary.exp(-1e300) == 0)
        #expect(Elementary.exp(.nan).isNaN)
    }

    @Test("edges of the logarithm")
    func logarithmEdges() {
        #expect(Elementary.log(1) == 0)
        #expect(Elementary.log(0) == -.infinity)
        #expect(Elementary.log(-0.0) == -.infinity)
        #expect(Elementary.log(.infinity) == .infinity)
        #expect(Elementary.log(-1).isNaN)
        #expect(Elementary.log(-.infinity).isNaN)
        #expect(Elementary.log(.nan).isNaN)
    }

    @Test("edges of sine and cosine")
    func circularEdges() {
        #expect(Elementary.sin(0) == 0)
        #expect(Elementary.cos(0) == 1)
        #expect(Elementary.sin(.leastNonzeroMagnitude) == .leastNonzeroMagnitude)
        for x in [Double.nan, .infinity, -.infinity, 1e300] {
            #expect(Elementary.sin(x).isNaN)
            #expect(Elementary.cos(x).isNaN)
        }
    }

    @Test("edges of the power")
    func powerEdges() {
        #expect(Elementary.pow(0, 0) == 1)
        #expect(Elementary.pow(0, 2) == 0)
        #expect(Elementary.pow(0, -1) == .infinity)
        #expect(Elementary.pow(5, 0) == 1)
        #expect(Elementary.pow(1, 1e300) == 1)
        #expect(Elementary.pow(.infinity, 2) == .infinity)
        #expect(Elementary.pow(.infinity, -2) == 0)
        #expect(Elementary.pow(2, .infinity) == .infinity)
        #expect(Elementary.pow(0.5, .infinity) == 0)
        #expect(Elementary.pow(-2, 0.5).isNaN)
        #expect(Elementary.pow(.nan, 2).isNaN)
        #expect(Elementary.pow(0, .nan).isNaN)
    }
}
