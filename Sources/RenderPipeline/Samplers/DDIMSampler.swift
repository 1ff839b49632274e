import Tensors

/// Deterministic DDIM (Song et al. 2021, equation 12 with η = 0; diffusers `DDIMScheduler`).
struct DDIMSampler: Sampler {
    let timesteps: [Double]
    let sigmas: [Float]? = nil
    let alphasCumprod: [Float]
    let initialNoiseScale: Float = 1
    let drawsNoise = false

    private let predictionType: PredictionType
    /// ᾱ before and after each step.
    private let levels: [(before: SignalAndNoise, after: SignalAndNoise)]
    private let clipRange: ClosedRange<Float>?

    init(_ configuration: SamplerConfiguration, steps: Int) throws(RequestError) {
        try configuration.requireSupported(.thresholding)
        let alphas = try NoiseSchedule(configuration, keepsNoiseFinite: false).alphasCumprod
        predictionType = configuration.predictionType ?? .epsilon
        timesteps = try TimestepSpacing.timesteps(steps, configuration).map { $0.rounded(.toNearestOrEven) }
        guard timesteps.allSatisfy({ $0 < Double(alphas.count) }) else {
            throw RequestError(
                option: "steps_offset", problem: "with \(steps) steps it leads beyond the last training timestep",
                remedy: "use fewer steps or another timestep_spacing")
        }
        if predictionType == .epsilon, timesteps.contains(where: { alphas[Int($0)] == 0 }) {
            throw RequestError(
                option: "rescale_betas_zero_snr", problem: "noise prediction says nothing where there is only noise",
                remedy: "use another timestep_spacing or another sampler")
        }
        clipRange = try Self.clipRange(configuration)
        let final = configuration.setsFinalAlphaToOne ?? true ? 1 : alphas[0]
        let stride = alphas.count / steps
        levels = timesteps.map { timestep in
            let previous = Int(timestep) - stride
            return (
                SignalAndNoise(alphaCumprod: alphas[Int(timestep)]),
                SignalAndNoise(alphaCumprod: previous >= 0 ? alphas[previous] : final)
            )
        }
        alphasCumprod = alphas
    }

    func modelInput(_ latents: Tensor, at step: Int) -> Tensor { latents }

    func noised(_ clean: Tensor, with noise: Tensor, at step: Int) -> Tensor {
        let level = levels[step].before
        return clean.combined(Float(level.signal), noise, Float(level.noise))
    }

    func step(_ state: SamplerState, prediction: Tensor, noise: Tensor?) -> SamplerState {
        let (before, after) = levels[state.stepIndex]
        func combined(_ weights: Estimate) -> Tensor {
            state.latents.combined(Float(weights.latents), prediction, Float(weights.prediction))
        }
        var clean = combined(predictionType.cleanEstimate(before))
        if let clipRange { clean = clean.clamped(to: clipRange) }
        // The noise is not derived anew from the clipped estimate, as diffusers does not do so either.
        let remaining = predictionType == .epsilon ? prediction : combined(predictionType.noiseEstimate(before))
        return SamplerState(
            latents: clean.combined(Float(after.signal), remaining, Float(after.noise)),
            stepIndex: state.stepIndex + 1)
    }

    func variancePreservingScale(afterStep step: Int) -> Float { 1 }

    private static func clipRange(_ configuration: SamplerConfiguration) throws(RequestError) -> ClosedRange<Float>? {
        guard configuration.clipsSample ?? true else { return nil }
        let limit = Float(configuration.clipSampleRange ?? 1)
        guard limit >= 0 else {
            throw RequestError(
                option: "clip_sample_range", problem: "the value \(limit) is no range",
                remedy: "use a positive number, or clip_sample false")
        }
        return -limit...limit
    }
}
