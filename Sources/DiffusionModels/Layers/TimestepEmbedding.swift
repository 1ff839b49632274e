import Tensors

/// Sinusoidal embedding of timesteps and of SDXL's size conditions (diffusers `get_timestep_embedding`).
struct SinusoidalEmbedding: Sendable {
    /// The number of sines and cosines together.
    let width: Int
    let cosinesFirst: Bool
    let frequencyShift: Int

    /// One row of ``width`` numbers for each value: `[1, values.count × width]`.
    func callAsFunction(_ values: [Float]) -> Tensor {
        let half = width / 2
        let frequencies = (0..<half).map { index in
            Float(Elementary.exp(Double(-Float(Self.logarithm) * Float(index) / Float(half - frequencyShift))))
        }
        var row: [Float] = []
        row.reserveCapacity(values.count * width)
        for value in values {
            let angles = frequencies.map { Double(value * $0) }
            let sines = angles.map { Float(Elementary.sin($0)) }
            let cosines = angles.map { Float(Elementary.cos($0)) }
            row += cosinesFirst ? cosines + sines : sines + cosines
            if !width.isMultiple(of: 2) { row.append(0) }
        }
        return Tensor(shape: [1, row.count], values: row)
    }

    /// ln 10000: the ratio of the fastest to the slowest frequency.
    private static let logarithm = 9.210340371976184
}

/// Two linear layers with a SiLU between them (diffusers `TimestepEmbedding`).
struct EmbeddingProjection: Sendable {
    private let first: Linear
    private let second: Linear

    init(_ weights: WeightScope, inputs: Int, outputs: Int) throws(ModelError) {
        first = try weights.linear("linear_1", inputs: inputs, outputs: outputs)
        second = try weights.linear("linear_2", inputs: outputs, outputs: outputs)
    }

    /// `[batch, inputs]` to `[batch, outputs]`.
    func callAsFunction(_ x: Tensor, on backend: any ComputeBackend) -> Tensor {
        backend.linear(backend.linear(x, first, activation: .silu), second)
    }
}
