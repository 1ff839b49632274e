import Tensors

/// Euler's method that goes further down than the next noise level and up again with fresh noise (Crowson's
/// k-diffusion; diffusers `EulerAncestralDiscreteScheduler`).
struct EulerAncestralSampler: VarianceExplodingSampler {
    let path: VarianceExplodingPath
    let drawsNoise = true

    init(_ configuration: SamplerConfiguration, steps: Int) throws(RequestError) {
        guard configuration.predictionType != .sample else {
            throw RequestError(
                option: "prediction_type", problem: "the ancestral sampler does not take the value 'sample'",
                remedy: "use another sampler")
        }
        path = try VarianceExplodingPath(configuration, steps: steps, usesKarrasSigmas: false, finalSigma: .zero)
    }

    func step(_ state: SamplerState, prediction: Tensor, noise: Tensor?) -> SamplerState {
        guard let noise else { preconditionFailure("an ancestral step takes noise") }
        let (from, to) = (Double(path.sigmas[state.stepIndex]), Double(path.sigmas[state.stepIndex + 1]))
        let up = (to * to * (from * from - to * to) / (from * from)).squareRoot()
        // √(to² − up²), without its cancellation.
        let latents = eulerStep(state, prediction: prediction, to: to * to / from).combined(1, noise, Float(up))
        return SamplerState(latents: latents, stepIndex: state.stepIndex + 1)
    }
}
