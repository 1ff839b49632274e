import Tensors

/// Inputs for what is timed: the values do not matter, only that they are ordinary numbers.
struct RandomInputs {
    private var generator = TorchGenerator(seed: 1)

    /// Normal noise.
    mutating func tensor(_ shape: Int..., scale: Float = 1) -> Tensor {
        generator.randn(shape: shape).scaled(by: scale)
    }

    /// Weights of a layer with so many inputs, in half precision as published models have them.
    mutating func weights(_ shape: Int..., inputs: Int) -> Parameter {
        let scale = 1 / Float(inputs).squareRoot()
        // A million different ones are enough.
        let values = generator.randn(count: min(shape.reduce(1, *), 1 << 20)).map { Float16($0 * scale).bitPattern }
        let words = (0..<shape.reduce(1, *)).map { values[$0 % values.count] }
        return Parameter(shape: shape, elementType: .float16, words: words)
    }
}
