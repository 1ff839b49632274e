public import Tensors

/// A discretisation of the reverse diffusion: which timesteps, and how a prediction of the model moves the latents
/// from one to the next.
///
/// A value without hidden state: everything that changes is in ``SamplerState``, so a lost step is run again.
/// A step is named by its index alone; diffusers looks it up by timestep, which goes wrong where two are equal.
/// Tensors may have any shape; latents are `[batch, height, width, channels]`.
public protocol Sampler: Sendable {
    /// The timestep given to the model in each step, noisiest first. Fractional with Karras' noise levels.
    var timesteps: [Double] { get }
    /// The noise level σ before each step, and after the last one; nil for DDIM, which is not defined by σ.
    var sigmas: [Float]? { get }
    /// ᾱ of every training timestep.
    var alphasCumprod: [Float] { get }
    /// What standard normal noise is multiplied by to start from (diffusers `init_noise_sigma`).
    var initialNoiseScale: Float { get }
    /// Whether every step, the last one included, takes standard normal noise of the latents' shape.
    var drawsNoise: Bool { get }

    /// What the model is given in step `step` (diffusers `scale_model_input`).
    func modelInput(_ latents: Tensor, at step: Int) -> Tensor
    /// Clean latents diffused to the noise level at which step `step` begins (diffusers `add_noise`).
    func noised(_ clean: Tensor, with noise: Tensor, at step: Int) -> Tensor
    /// The state after step `state.stepIndex`, given what the model predicted for it.
    ///
    /// - Parameters:
    ///   - state: the state before the step.
    ///   - prediction: the model's output, after classifier-free guidance, in the shape of the latents.
    ///   - noise: standard normal noise in the shape of the latents, for samplers with ``drawsNoise``.
    /// - Returns: the state before the next step.
    func step(_ state: SamplerState, prediction: Tensor, noise: Tensor?) -> SamplerState
    /// What latents after step `step` are multiplied by to have the variance of the paper's algorithm:
    /// 1/√(σ² + 1) for samplers whose latents grow with σ, 1 for the others.
    func variancePreservingScale(afterStep step: Int) -> Float
}

extension Sampler {
    /// The state in which `latents` are at the noise level of step `step`, without any history.
    public func initialState(latents: Tensor, startingAt step: Int = 0) -> SamplerState {
        SamplerState(latents: latents, stepIndex: step)
    }

    /// ᾱ as the official code's `power_calibrate` takes it for step `step`: one timestep early, and the entry
    /// of the noisiest timestep when that falls below zero.
    public func calibrationAlpha(at step: Int) -> Float {
        let index = Int(timesteps[step]) - 1
        return alphasCumprod[index < 0 ? alphasCumprod.count - 1 : min(index, alphasCumprod.count - 1)]
    }
}

/// Where a run of a sampler stands.
public struct SamplerState: Sendable {
    /// The latents at the noise level before step ``stepIndex``. Guidance may replace them between steps.
    public var latents: Tensor
    /// The step that comes next, 0 being the noisiest.
    public let stepIndex: Int
    /// The clean latents estimated in the step before, for multistep samplers; nil at the start of a run.
    let previousEstimate: Tensor?

    init(latents: Tensor, stepIndex: Int, previousEstimate: Tensor? = nil) {
        self.latents = latents
        self.stepIndex = stepIndex
        self.previousEstimate = previousEstimate
    }
}
