import Tensors

/// DPM-Solver++ of second order, multistep, midpoint form (Lu et al. 2022, algorithm 2; diffusers
/// `DPMSolverMultistepScheduler` with its defaults).
struct DPMSolverMultistepSampler: Sampler {
    let timesteps: [Double]
    let alphasCumprod: [Float]
    let initialNoiseScale: Float = 1
    let drawsNoise = false

    private let levels: [Float]
    private let predictionType: PredictionType
    private let finalSigma: FinalSigma

    /// Below this number of steps the last one is of first order, for stability.
    private static let stableSteps = 15

    init(_ configuration: SamplerConfiguration, steps: Int) throws(RequestError) {
        try configuration.requireSupported(
            .algorithmType, .solverOrder, .solverType, .lowerOrderFinal, .eulerAtFinal, .lowestLambda, .thresholding,
            .varianceType, .usesExponentialSigmas, .usesBetaSigmas, .usesLuLambdas, .usesFlowSigmas)
        let schedule = try NoiseSchedule(configuration, keepsNoiseFinite: true)
        let training = NoiseLevels(schedule)
        var timesteps = try TimestepSpacing.timesteps(steps, configuration, leavingOutFirst: true)
            .map { $0.rounded(.toNearestOrEven) }
        var sigmas = timesteps.map(training.sigma(at:))
        if configuration.usesKarrasSigmas ?? false {
            sigmas = try NoiseLevels.karras(from: training.highest, to: training.lowest, count: steps)
            // diffusers keeps whole timesteps; for the cosine schedule alone it truncates instead of rounding.
            let rule: FloatingPointRoundingRule =
                configuration.betaSchedule == .squaredCosine ? .towardZero : .toNearestOrEven
            timesteps = training.timesteps(of: sigmas).map { $0.rounded(rule) }
        }
        finalSigma = configuration.finalSigma ?? .zero
        levels = sigmas.map { Float($0) } + [finalSigma == .zero ? 0 : Float(training.lowest)]
        guard zip(levels, levels.dropFirst().dropLast()).allSatisfy(>) else {
            throw RequestError(
                option: "--num-inference-steps", problem: "with \(steps) steps two of them have the same noise level",
                remedy: "use fewer steps or another timestep_spacing")
        }
        self.timesteps = timesteps
        alphasCumprod = schedule.alphasCumprod
        predictionType = configuration.predictionType ?? .epsilon
    }

    var sigmas: [Float]? { levels }

    func modelInput(_ latents: Tensor, at step: Int) -> Tensor { latents }

    func noised(_ clean: Tensor, with noise: Tensor, at step: Int) -> Tensor {
        let level = SignalAndNoise(sigma: Double(levels[step]))
        return clean.combined(Float(level.signal), noise, Float(level.noise))
    }

    func step(_ state: SamplerState, prediction: Tensor, noise: Tensor?) -> SamplerState {
        let index = state.stepIndex
        let (from, to) = (Double(levels[index]), Double(levels[index + 1]))
        let (before, after) = (SignalAndNoise(sigma: from), SignalAndNoise(sigma: to))
        let weights = predictionType.cleanEstimate(before)
        let clean = state.latents.combined(Float(weights.latents), prediction, Float(weights.prediction))

        // Of x(t) = (noise ratio)·x(s) + pull·D, D is the clean estimate, extrapolated by half a step of ln σ in
        // second order.
        let pull = after.signal * (1 - to / from)
        var estimate = clean
        if let previous = state.previousEstimate, !isFirstOrder(index) {
            let ahead = Elementary.log(from) - Elementary.log(to)
            let behind = Elementary.log(Double(levels[index - 1])) - Elementary.log(from)
            let extrapolation = ahead / (2 * behind)
            estimate = clean.combined(Float(1 + extrapolation), previous, Float(-extrapolation))
        }
        return SamplerState(
            latents: state.latents.combined(Float(after.noise / before.noise), estimate, Float(pull)),
            stepIndex: index + 1, previousEstimate: clean)
    }

    func variancePreservingScale(afterStep step: Int) -> Float { 1 }

    private func isFirstOrder(_ index: Int) -> Bool {
        index == timesteps.count - 1 && (finalSigma == .zero || timesteps.count < Self.stableSteps)
    }
}
