public import DiffusionModels

/// What a plan needs to know about a model.
public struct ModelProperties: Sendable, Hashable {
    /// The edge of the square the model was trained on, in pixels.
    public var nativeSize: Int
    /// Pixels per latent cell in each direction.
    public var factor: Int
    /// Channels of the latents.
    public var latentChannels: Int
    /// The UNet's training resolution in latent cells.
    public var sampleSize: Int
    /// The autoencoder's training resolution in pixels.
    public var autoencoderSampleSize: Int

    /// - Parameters:
    ///   - nativeSize: the edge of the square the model was trained on, in pixels.
    ///   - factor: pixels per latent cell in each direction.
    ///   - latentChannels: channels of the latents.
    ///   - sampleSize: the UNet's training resolution in latent cells.
    ///   - autoencoderSampleSize: the autoencoder's training resolution in pixels.
    public init(
        nativeSize: Int, factor: Int, latentChannels: Int, sampleSize: Int, autoencoderSampleSize: Int
    ) {
        self.nativeSize = nativeSize
        self.factor = factor
        self.latentChannels = latentChannels
        self.sampleSize = sampleSize
        self.autoencoderSampleSize = autoencoderSampleSize
    }

    /// The properties of a loaded model.
    public init(_ model: DiffusionModel) {
        nativeSize = model.nativeSize
        factor = model.autoencoder.configuration.factor
        latentChannels = model.autoencoder.configuration.latentChannels
        sampleSize = model.unet.configuration.sampleSize
        autoencoderSampleSize = model.autoencoder.configuration.sampleSize
    }
}
