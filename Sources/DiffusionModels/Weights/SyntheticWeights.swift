package import Tensors

/// Random weights of every shape that is asked for, the same for the same name and seed: a network of full size for
/// benchmarks and tests where its own weights cannot be had.
///
/// Matrices and kernels are uniform in ±1/√inputs, as torch initialises them; what normalisations multiply with is near
/// 1, what is added near 0.
package struct SyntheticWeights: WeightSource {
    private let seed: UInt64

    package init(seed: UInt64) { self.seed = seed }

    /// The place that names start from.
    package var root: WeightScope { WeightScope(source: self, path: "") }

    package func contains(_ name: String) -> Bool { true }

    package func parameter(_ name: String, shape: [Int]) throws(ModelError) -> Parameter {
        var random = SplitMix(state: name.utf8.reduce(seed) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 })
        let isScale = shape.count == 1 && name.hasSuffix("weight")
        let range: Float = shape.count == 1 ? 0.1 : 1 / Float(shape.dropFirst().reduce(1, *)).squareRoot()
        let tensor = Tensor(shape: shape) { elements in
            for index in elements.indices { elements[index] = range * random.next() + (isScale ? 1 : 0) }
        }
        return Parameter(tensor)
    }

    /// Steele, Lea and Flood's generator: fast enough for a billion weights.
    private struct SplitMix {
        var state: UInt64

        /// Uniform in −1..<1.
        mutating func next() -> Float {
            state &+= 0x9e37_79b9_7f4a_7c15
            var z = state
            z = (z ^ z >> 30) &* 0xbf58_476d_1ce4_e5b9
            z = (z ^ z >> 27) &* 0x94d0_49bb_1331_11eb
            return Float((z ^ z >> 31) >> 40) * 0x1p-23 - 1
        }
    }
}

extension Autoencoder {
    /// An autoencoder of a given architecture with random weights.
    package static func synthetic(
        _ configuration: AutoencoderConfiguration, seed: UInt64 = 0
    ) throws(ModelError) -> Autoencoder {
        try Autoencoder(SyntheticWeights(seed: seed).root, configuration)
    }
}
