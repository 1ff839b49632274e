public import Tensors

/// Where the random numbers of a render come from: one seeded generator, drawn from in a fixed order — stage one's
/// latents, its sampler's noise, then for each sub-stage its noise and its sampler's.
public struct NoiseSource: Sendable {
    private var generator: TorchGenerator
    private var given: [Tensor]
    /// Whether all noise is the seed's.
    let isSeedsOwn: Bool

    /// - Parameters:
    ///   - seed: as for `torch.Generator().manual_seed`.
    ///   - given: noise to use in place of the generator's for the first draws that start a stage, channels last.
    public init(seed: UInt64, given: [Tensor] = []) {
        generator = TorchGenerator(seed: seed)
        self.given = given
        isSeedsOwn = given.isEmpty
    }

    /// What a stage starts with: `[1, height, width, channels]`.
    mutating func stageNoise(_ latents: Extent, channels: Int) throws(RequestError) -> Tensor {
        guard !given.isEmpty else { return draw(latents, channels) }
        let noise = given.removeFirst()
        let expected = [1, latents.height, latents.width, channels]
        guard noise.shape == expected else {
            throw RequestError(
                option: "--latents",
                problem: "they have the shape \(noise.shape) in the order batch, height, width, channels",
                remedy: "give latents of \(expected)")
        }
        return noise
    }

    /// What a sampler adds in one of its steps: the shape of `latents`.
    mutating func stepNoise(like latents: Tensor) -> Tensor {
        draw(Extent(height: latents.shape[1], width: latents.shape[2]), latents.shape[3])
    }

    /// torch draws in the order of its own layout, channels first.
    private mutating func draw(_ latents: Extent, _ channels: Int) -> Tensor {
        generator.randn(shape: [1, channels, latents.height, latents.width]).channelsLast()
    }
}
