import Tensors

/// Euler's method on the probability-flow equation (Karras et al. 2022, algorithm 2 without churn; diffusers
/// `EulerDiscreteScheduler`).
struct EulerSampler: VarianceExplodingSampler {
    let path: VarianceExplodingPath
    let drawsNoise = false

    init(_ configuration: SamplerConfiguration, steps: Int) throws(RequestError) {
        try configuration.requireSupported(.interpolationType, .usesExponentialSigmas, .usesBetaSigmas)
        // The continuous timesteps of EDM models are diffusers' for velocity prediction only.
        if configuration.predictionType == .velocity { try configuration.requireSupported(.timestepType) }
        path = try VarianceExplodingPath(
            configuration, steps: steps, usesKarrasSigmas: configuration.usesKarrasSigmas ?? false,
            finalSigma: configuration.finalSigma ?? .zero)
    }

    func step(_ state: SamplerState, prediction: Tensor, noise: Tensor?) -> SamplerState {
        let target = Double(path.sigmas[state.stepIndex + 1])
        return SamplerState(
            latents: eulerStep(state, prediction: prediction, to: target), stepIndex: state.stepIndex + 1)
    }
}
