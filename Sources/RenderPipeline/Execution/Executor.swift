public import DiffusionModels
public import Tensors

/// Whatever carries out the heavy operations of a render: this host's device, or a cluster of them.
///
/// The pipeline knows nothing else of the model. Tensors are channels last, `[batch, height, width, channels]`.
public protocol Executor: Sendable {
    /// What a plan needs to know about the model.
    var model: ModelProperties { get }

    /// Encodes a prompt, and what classifier-free guidance leads away from when it is on.
    ///
    /// - Parameters:
    ///   - prompt: what to draw.
    ///   - negative: what to lead away from.
    /// - Returns: one branch without guidance; the negative branch before the positive one with it.
    /// - Throws: what keeps the executor from computing it; ``LocalExecutor`` throws nothing.
    func encodePrompt(_ prompt: String, negative: NegativePrompt) async throws -> [PromptEncoder.Encoding]

    /// One UNet pass: a prediction for each branch.
    ///
    /// - Parameters:
    ///   - latents: one batch item, scaled for the model.
    ///   - timestep: where in the diffusion they are, in timesteps of the training; may be fractional.
    ///   - branches: the text's part of the conditioning.
    ///   - size: the size in pixels on which the model is conditioned.
    /// - Returns: one prediction for each branch, in the same order and in the shape of `latents`.
    /// - Throws: what keeps the executor from computing it; ``LocalExecutor`` throws nothing.
    func predictNoise(
        _ latents: Tensor, timestep: Double, branches: [PromptEncoder.Encoding], size: Extent
    ) async throws -> [Tensor]

    /// UNet passes over windows of the latents, blended to a prediction of all of them for each branch.
    ///
    /// - Parameters:
    ///   - latents: one batch item, scaled for the model.
    ///   - windows: the windows, which cover the latents.
    ///   - timestep: where in the diffusion they are, in timesteps of the training; may be fractional.
    ///   - branches: the text's part of the conditioning.
    ///   - size: the size in pixels on which the model is conditioned in every window.
    ///   - progress: called with the share of the windows that is done, 0...1.
    /// - Returns: one prediction for each branch, in the same order and in the shape of `latents`; its bytes depend on
    ///   nothing else.
    /// - Throws: what keeps the executor from computing it, and `CancellationError`.
    func predictNoise(
        _ latents: Tensor, windows: LatentWindows, timestep: Double, branches: [PromptEncoder.Encoding], size: Extent,
        progress: @escaping @Sendable (Double) -> Void
    ) async throws -> [Tensor]

    /// All steps of a stage at once, where that is better than step by step.
    ///
    /// - Parameters:
    ///   - latents: what its first step starts from; of a first stage that draws, the seed's own noise.
    ///   - index: which stage of the plan.
    ///   - plan: what is rendered.
    /// - Returns: the stage's clean latents; nil where it is to be denoised step by step.
    /// - Throws: what keeps the executor from computing it, and `CancellationError`.
    func denoise(_ latents: Tensor, stage index: Int, of plan: RenderPlan) async throws -> Tensor?

    /// Parameter-free self-attention over latents (AP-LDM, equation 1), whose dot products are divided by
    /// `temperature`; the shape of `latents`.
    func selfAttend(_ latents: Tensor, temperature: Float, calibration: PowerCalibration) async throws -> Tensor

    /// Bicubic resampling of a decoded picture to `size` in pixels, limited to −1...1 afterwards.
    func resize(_ picture: Tensor, to size: Extent) async throws -> Tensor

    /// The posterior mean of a picture in −1...1, times the scaling factor.
    ///
    /// - Parameters:
    ///   - picture: one batch item.
    ///   - tiling: how the autoencoder takes it.
    ///   - journal: what an earlier run has left of an exact encode, and where this one leaves what it has done; nil for
    ///     neither.
    ///   - progress: called with the share that is done, 0...1.
    /// - Returns: latents, one batch item.
    /// - Throws: what keeps the executor from computing it, and `CancellationError`.
    func encode(
        _ picture: Tensor, tiling: AutoencoderTiling<EncodeTiling>, journal: (any TileJournal)?,
        progress: @escaping @Sendable (Double) -> Void
    ) async throws -> Tensor

    /// The picture of scaled latents, not limited to −1...1.
    ///
    /// - Parameters:
    ///   - latents: one batch item.
    ///   - tiling: how the autoencoder takes them.
    ///   - journal: what an earlier run has left of an exact decode, and where this one leaves what it has done; nil for
    ///     neither.
    ///   - progress: called with the share that is done, 0...1.
    /// - Returns: a picture, one batch item.
    /// - Throws: what keeps the executor from computing it, and `CancellationError`.
    func decode(
        _ latents: Tensor, tiling: AutoencoderTiling<DecodeTiling>, journal: (any TileJournal)?,
        progress: @escaping @Sendable (Double) -> Void
    ) async throws -> Tensor
}

extension Executor {
    /// Step by step.
    public func denoise(_ latents: Tensor, stage index: Int, of plan: RenderPlan) async throws -> Tensor? { nil }

    /// An encode of which nothing is left behind, see ``encode(_:tiling:journal:progress:)``.
    public func encode(
        _ picture: Tensor, tiling: AutoencoderTiling<EncodeTiling>, progress: @escaping @Sendable (Double) -> Void
    ) async throws -> Tensor {
        try await encode(picture, tiling: tiling, journal: nil, progress: progress)
    }

    /// A decode of which nothing is left behind, see ``decode(_:tiling:journal:progress:)``.
    public func decode(
        _ latents: Tensor, tiling: AutoencoderTiling<DecodeTiling>, progress: @escaping @Sendable (Double) -> Void
    ) async throws -> Tensor {
        try await decode(latents, tiling: tiling, journal: nil, progress: progress)
    }
}

/// What classifier-free guidance leads away from.
public enum NegativePrompt: Sendable, Hashable {
    /// Guidance is off.
    case unused
    /// The model's own rule for no negative prompt.
    case absent
    /// This text; the empty text is not the same as none.
    case text(String)
}
