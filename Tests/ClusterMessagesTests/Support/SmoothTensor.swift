import Tensors

extension Tensor {
    /// Slowly changing numbers, as pictures have them: they compress.
    static func smooth(_ shape: [Int]) -> Tensor {
        Tensor(shape: shape, values: (0..<shape.reduce(1, *)).map { Float($0 / 7) * 0x1p-10 })
    }

    /// Numbers that do not compress, from a seed.
    static func noise(_ shape: [Int], seed: UInt64) -> Tensor {
        var numbers = SeededNumbers(seed: seed)
        return Tensor(
            shape: shape,
            values: (0..<shape.reduce(1, *)).map { _ in Float(bitPattern: UInt32(truncatingIfNeeded: numbers.next())) })
    }

    /// The elements' bits, which tell zeros and not-a-numbers apart.
    var bits: [UInt32] { values.map(\.bitPattern) }
}
