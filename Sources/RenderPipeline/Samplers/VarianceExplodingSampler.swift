import Tensors

/// What the two Euler samplers share: latents are the picture plus σ times noise, so their variance grows with σ.
protocol VarianceExplodingSampler: Sampler {
    var path: VarianceExplodingPath { get }
}

/// Timesteps and noise levels of a run whose latents are the picture plus σ times noise.
struct VarianceExplodingPath: Sendable {
    let timesteps: [Double]
    /// One more than timesteps.
    let sigmas: [Float]
    let alphasCumprod: [Float]
    let initialNoiseScale: Float
    let predictionType: PredictionType

    init(_ configuration: SamplerConfiguration, steps: Int, usesKarrasSigmas: Bool, finalSigma: FinalSigma)
        throws(RequestError)
    {
        let schedule = try NoiseSchedule(configuration, keepsNoiseFinite: true)
        let training = NoiseLevels(schedule)
        // diffusers rounds the timesteps to float32 before it looks up their noise levels.
        var timesteps = try TimestepSpacing.timesteps(steps, configuration).map { Double(Float($0)) }
        var levels = timesteps.map(training.sigma(at:))
        if usesKarrasSigmas {
            levels = try NoiseLevels.karras(
                from: configuration.highestKarrasSigma ?? levels[0],
                to: configuration.lowestKarrasSigma ?? levels[steps - 1], count: steps)
            timesteps = training.timesteps(of: levels).map { Double(Float($0)) }
        }
        sigmas = levels.map { Float($0) } + [finalSigma == .zero ? 0 : Float(training.lowest)]
        self.timesteps = timesteps
        alphasCumprod = schedule.alphasCumprod
        predictionType = configuration.predictionType ?? .epsilon
        let highest = sigmas.reduce(0, max)
        switch configuration.timestepSpacing ?? .leading {
        case .linspace, .trailing: initialNoiseScale = highest
        case .leading: initialNoiseScale = (highest * highest + 1).squareRoot()
        }
    }

    /// What latents at the noise level before `step` are multiplied by to be variance-preserving.
    func signal(before step: Int) -> Float { Float(SignalAndNoise(sigma: Double(sigmas[step])).signal) }
}

extension VarianceExplodingSampler {
    var timesteps: [Double] { path.timesteps }
    var sigmas: [Float]? { path.sigmas }
    var alphasCumprod: [Float] { path.alphasCumprod }
    var initialNoiseScale: Float { path.initialNoiseScale }

    func modelInput(_ latents: Tensor, at step: Int) -> Tensor {
        latents.scaled(by: path.signal(before: step))
    }

    func noised(_ clean: Tensor, with noise: Tensor, at step: Int) -> Tensor {
        clean.combined(1, noise, path.sigmas[step])
    }

    func variancePreservingScale(afterStep step: Int) -> Float {
        path.signal(before: step + 1)
    }

    /// Euler's step from the noise level of `state` to `target`: along dx/dσ = (x − clean estimate)/σ.
    func eulerStep(_ state: SamplerState, prediction: Tensor, to target: Double) -> Tensor {
        let sigma = Double(path.sigmas[state.stepIndex])
        let level = SignalAndNoise(sigma: sigma)
        // The estimate is for variance-preserving latents, which are these times the signal.
        let clean = path.predictionType.cleanEstimate(level)
        let stride = (target - sigma) / sigma
        return state.latents.combined(
            Float(1 + stride * (1 - clean.latents * level.signal)), prediction, Float(-stride * clean.prediction))
    }
}
