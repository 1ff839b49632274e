package import DiffusionModels
import Tensors

/// Whole passes of the parts of a model.
package enum ModelBenchmarks {
    /// A prediction for both branches of classifier-free guidance, as in every step of a picture but the first: with the
    /// keys and values of the text.
    ///
    /// - Parameters:
    ///   - unet: whose.
    ///   - edge: rows and columns of latents.
    /// - Returns: what is timed.
    package static func unet(_ unet: UNet, edge: Int) -> BenchmarkCase {
        BenchmarkCase(
            "unet", ["batch": 2, "edge": edge],
            operations: 2 * unet.configuration.cost(height: edge, width: edge).operations
        ) { backend in
            let inputs = UNetInputs(random: unet.configuration, edge: edge)
            let conditioning = inputs.conditioning(of: unet, on: backend)
            return { _ = inputs.predict(unet, conditioning, on: backend) }
        }
    }

    /// Latents to a picture.
    ///
    /// - Parameters:
    ///   - autoencoder: whose.
    ///   - edge: rows and columns of latents.
    /// - Returns: what is timed.
    package static func decode(_ autoencoder: Autoencoder, edge: Int) -> BenchmarkCase {
        let cost = autoencoder.decodeCost(height: edge, width: edge, core: nil)
        return BenchmarkCase("decode", ["edge": edge], operations: cost.operations) { backend in
            var random = RandomInputs()
            let latents = random.tensor(1, edge, edge, autoencoder.configuration.latentChannels)
            return { _ = autoencoder.decode(latents, on: backend) }
        }
    }

    /// A picture to the mean of its latents.
    ///
    /// - Parameters:
    ///   - autoencoder: whose.
    ///   - edge: rows and columns of latents.
    /// - Returns: what is timed.
    package static func encode(_ autoencoder: Autoencoder, edge: Int) -> BenchmarkCase {
        let cost = autoencoder.encodeCost(height: edge, width: edge, core: nil)
        let pixels = edge * autoencoder.configuration.factor
        return BenchmarkCase("encode", ["edge": edge], operations: cost.operations) { backend in
            var random = RandomInputs()
            let picture = random.tensor(1, pixels, pixels, 3, scale: 0.5)
            return { _ = autoencoder.posterior(of: picture, on: backend) }
        }
    }
}
