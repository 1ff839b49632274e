import Tensors

/// Pulls latents towards what self-attention makes of them (AP-LDM, equation 2): z̃ = z + γ·(PFSA(z) − z).
struct AttentiveGuide: Sendable {
    let settings: AttentiveGuidance

    /// - Parameters:
    ///   - latents: what the sampler's step left, `[1, height, width, channels]`.
    ///   - step: where γ and the filter's window stand after that step.
    ///   - sampler: for the noise level at that step.
    ///   - executor: what computes the attention.
    /// - Returns: the guided latents, in the sampler's own space.
    /// - Throws: what the executor throws.
    func callAsFunction(
        _ latents: Tensor, _ step: RenderPlan.GuidanceStep, _ sampler: any Sampler, on executor: any Executor
    ) async throws -> Tensor {
        let scale = settings.space == .variancePreserving ? sampler.variancePreservingScale(afterStep: step.step) : 1
        let x = scale == 1 ? latents : latents.scaled(by: scale)
        let source =
            step.window.map { window in
                BandLimit(size: Extent(height: x.shape[1], width: x.shape[2]), window: window)(x)
            } ?? x
        let calibration: PowerCalibration =
            switch settings.powerCalibrate {
            case 1: .meanAndVariance(alpha: sampler.calibrationAlpha(at: step.step))
            case 2: .variance(alpha: sampler.calibrationAlpha(at: step.step))
            default: .none
            }
        let temperature = settings.temperature.map { Float($0) } ?? Float(x.shape[3]).squareRoot()
        let attended = try await executor.selfAttend(source, temperature: temperature, calibration: calibration)
        let guided = x.combined(1, attended.combined(1, x, -1), step.gamma)
        return scale == 1 ? guided : guided.divided(by: scale)
    }
}
