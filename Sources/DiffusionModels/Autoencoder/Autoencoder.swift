public import Tensors

/// The variational autoencoder between pictures and latents (diffusers `AutoencoderKL`).
public struct Autoencoder: Sendable {
    /// What its configuration file says.
    public let configuration: AutoencoderConfiguration
    private let encoder: PictureEncoder
    private let quantConvolution: Convolution?
    private let postQuantConvolution: Convolution?
    private let decoder: PictureDecoder

    init(_ weights: WeightScope, _ configuration: AutoencoderConfiguration) throws(ModelError) {
        self.configuration = configuration
        let latents = configuration.latentChannels
        encoder = try PictureEncoder(weights("encoder"), configuration)
        decoder = try PictureDecoder(weights("decoder"), configuration)
        quantConvolution =
            configuration.hasQuantConvolution
            ? try weights.convolution(
                "quant_conv", inputs: 2 * latents, outputs: 2 * latents, kernel: 1, padding: Padding(0)) : nil
        postQuantConvolution =
            configuration.hasPostQuantConvolution
            ? try weights.convolution(
                "post_quant_conv", inputs: latents, outputs: latents, kernel: 1, padding: Padding(0)) : nil
    }

    /// The posterior of a picture: its mean and the logarithm of its variance, both unscaled.
    public struct Posterior: Sendable {
        /// `[batch, height / factor, width / factor, latentChannels]`.
        public var mean: Tensor
        /// The shape of ``mean``.
        public var logVariance: Tensor
    }

    /// Encodes a whole picture.
    ///
    /// - Parameters:
    ///   - picture: `[batch, height, width, 3]` in −1...1, both sizes multiples of the factor.
    ///   - backend: where it is computed.
    /// - Returns: mean and log-variance, `[batch, height / factor, width / factor, latentChannels]` each.
    public func posterior(of picture: Tensor, on backend: any ComputeBackend) -> Posterior {
        var moments = encoder(picture, on: backend)
        if let quantConvolution { moments = backend.convolution(moments, quantConvolution) }
        let halves = moments.splitChannels(at: configuration.latentChannels)
        return Posterior(mean: halves.0, logVariance: halves.1)
    }

    /// Decodes unscaled latents.
    ///
    /// - Parameters:
    ///   - latents: `[batch, height, width, latentChannels]`, already divided by the scaling factor.
    ///   - backend: where it is computed.
    /// - Returns: `[batch, height × factor, width × factor, 3]`, about −1...1 and not limited to it.
    public func decode(_ latents: Tensor, on backend: any ComputeBackend) -> Tensor {
        decoder(postQuantConvolution.map { backend.convolution(latents, $0) } ?? latents, on: backend)
    }
}
