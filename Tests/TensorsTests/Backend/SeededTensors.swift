import Tensors

/// A small generator with a seed (SplitMix64): the same inputs on every run.
struct SeededNumbers: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }

    mutating func next(in range: ClosedRange<Float>) -> Float {
        let fraction = Float(next() >> 40) * 0x1p-24
        return range.lowerBound + (range.upperBound - range.lowerBound) * fraction
    }
}

extension Tensor {
    /// Evenly spread numbers that depend on the seed alone.
    static func seeded(_ shape: [Int], seed: UInt64, in range: ClosedRange<Float> = -1...1) -> Tensor {
        var numbers = SeededNumbers(seed: seed)
        return Tensor(shape: shape) { elements in
            for index in elements.indices { elements[index] = numbers.next(in: range) }
        }
    }

    /// The elements in binary64.
    var doubles: [Double] { values.map(Double.init) }

    /// The elements' bits, which tell zeros and not-a-numbers apart.
    var bits: [UInt32] { values.map(\.bitPattern) }

    /// A copy that shares nothing with this tensor.
    func copied() -> Tensor { Tensor(shape: shape, values: values) }
}
