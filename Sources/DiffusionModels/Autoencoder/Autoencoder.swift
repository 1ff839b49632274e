public import Tensors

/// Which way an autoencoder goes.
public enum AutoencoderDirection: String, Sendable, Hashable, CaseIterable {
    /// Latents to a picture.
    case decode
    /// A picture to latents.
    case encode
}

/// The variational autoencoder between pictures and latents (diffusers `AutoencoderKL`).
public struct Autoencoder: Sendable {
    /// What its configuration file says.
    public let configuration: AutoencoderConfiguration
    let encoder: PictureEncoder
    private let quantConvolution: Convolution?
    private let postQuantConvolution: Convolution?
    let decoder: PictureDecoder

    package init(_ weights: WeightScope, _ configuration: AutoencoderConfiguration) throws(ModelError) {
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

    /// Cuts a decode into tiles; its input is ``decoderHead(_:on:)``, its result the picture.
    ///
    /// - Parameters:
    ///   - height: rows of latents.
    ///   - width: columns of latents.
    ///   - core: the longest edge of a tile's core in latent cells; nil makes one tile of everything.
    /// - Returns: the pass.
    public func decodePass(height: Int, width: Int, core: Int?) -> TiledPass {
        TiledPass(
            decoder.chain, grid: TileGrid(height: height, width: width, core: core), inputScale: 1,
            channels: configuration.pictureChannels)
    }

    /// Cuts an encode into tiles; its input is the picture, its result goes to ``posteriorMean(tail:on:)``.
    ///
    /// - Parameters:
    ///   - height: rows of latents.
    ///   - width: columns of latents.
    ///   - core: the longest edge of a tile's core in latent cells; nil makes one tile of everything.
    /// - Returns: the pass.
    public func encodePass(height: Int, width: Int, core: Int?) -> TiledPass {
        TiledPass(
            encoder.chain, grid: TileGrid(height: height, width: width, core: core),
            inputScale: configuration.factor, channels: configuration.channels[configuration.channels.count - 1])
    }

    /// The part of a decode that sees all latents at once: up to the attention.
    ///
    /// - Parameters:
    ///   - latents: `[batch, height, width, latentChannels]`, already divided by the scaling factor.
    ///   - backend: where it is computed.
    /// - Returns: `[batch, height, width, channels]`.
    public func decoderHead(_ latents: Tensor, on backend: any ComputeBackend) -> Tensor {
        decoder.head(postQuantConvolution.map { backend.convolution(latents, $0) } ?? latents, on: backend)
    }

    /// The part of an encode that sees the whole map at once: from the attention on.
    ///
    /// - Parameters:
    ///   - map: the result of an ``encodePass(height:width:core:)``.
    ///   - backend: where it is computed.
    /// - Returns: the posterior mean, `[batch, height, width, latentChannels]`, unscaled.
    public func posteriorMean(tail map: Tensor, on backend: any ComputeBackend) -> Tensor {
        posterior(moments: encoder.tail(map, on: backend), on: backend).mean
    }

    /// The attention over all latent positions in the middle of a pass; nil for a model without it.
    package func attention(_ direction: AutoencoderDirection) -> PositionAttention? {
        switch direction {
        case .decode: decoder.middle.attention
        case .encode: encoder.middle.attention
        }
    }

    /// What of a pass comes before the attention and sees everything at once.
    ///
    /// - Parameters:
    ///   - direction: which way the pass goes.
    ///   - map: the unscaled latents of a decode, the tiles' result of an encode.
    ///   - backend: where it is computed.
    /// - Returns: `[batch, height, width, channels]`, in latent cells.
    package func beforeAttention(
        _ direction: AutoencoderDirection, _ map: Tensor, on backend: any ComputeBackend
    ) -> Tensor {
        switch direction {
        case .decode: decoder.headChain(postQuantConvolution.map { backend.convolution(map, $0) } ?? map, on: backend)
        case .encode: encoder.beforeAttention(map, on: backend)
        }
    }

    /// What of an encode comes after the attention; a decode goes on with its tiles.
    ///
    /// - Parameters:
    ///   - map: the attention's result.
    ///   - backend: where it is computed.
    /// - Returns: the posterior mean, `[batch, height, width, latentChannels]`, unscaled.
    package func posteriorMean(afterAttention map: Tensor, on backend: any ComputeBackend) -> Tensor {
        posterior(moments: encoder.afterAttention(map, on: backend), on: backend).mean
    }

    private func posterior(moments: Tensor, on backend: any ComputeBackend) -> Posterior {
        let moments = quantConvolution.map { backend.convolution(moments, $0) } ?? moments
        let halves = moments.splitChannels(at: configuration.latentChannels)
        return Posterior(mean: halves.0, logVariance: halves.1)
    }

    /// Encodes a whole picture.
    ///
    /// - Parameters:
    ///   - picture: `[batch, height, width, 3]` in −1...1, both sizes multiples of the factor.
    ///   - backend: where it is computed.
    /// - Returns: mean and log-variance, `[batch, height / factor, width / factor, latentChannels]` each.
    public func posterior(of picture: Tensor, on backend: any ComputeBackend) -> Posterior {
        TensorMemory.reusing { posterior(moments: encoder(picture, on: backend), on: backend) }
    }

    /// Decodes unscaled latents.
    ///
    /// - Parameters:
    ///   - latents: `[batch, height, width, latentChannels]`, already divided by the scaling factor.
    ///   - backend: where it is computed.
    /// - Returns: `[batch, height × factor, width × factor, 3]`, about −1...1 and not limited to it.
    public func decode(_ latents: Tensor, on backend: any ComputeBackend) -> Tensor {
        TensorMemory.reusing {
            decoder(postQuantConvolution.map { backend.convolution(latents, $0) } ?? latents, on: backend)
        }
    }
}
