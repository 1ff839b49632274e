import DiffusionModels
import Tensors

/// The sampler's loop over the steps of one stage: the only one there is, for every family, stage and method.
struct DenoiseLoop {
    let context: RenderContext
    let branches: [PromptEncoder.Encoding]
    let guidance: ClassifierFreeGuidance
    /// Applied after the steps named in the plan; nil outside stage one.
    var attentive: AttentiveGuide?

    /// Runs stage `index` from latents at the noise level of its first step.
    ///
    /// - Returns: clean latents, `[1, height, width, channels]`.
    func callAsFunction(_ latents: Tensor, stage index: Int, noise: inout NoiseSource) async throws -> Tensor {
        let stage = context.plan.stages[index]
        if let latents = try await denoisedElsewhere(latents, stage: index, noise: &noise) { return latents }
        let sampler = stage.sampler
        let guided = Dictionary(
            uniqueKeysWithValues: (attentive == nil ? [] : context.plan.guidance).map { ($0.step, $0) })
        var state = sampler.initialState(latents: latents, startingAt: stage.firstStep)
        for step in stage.firstStep..<sampler.timesteps.count {
            try Task.checkCancellation()
            let phase = RenderPhase.step(stage: index, step: step - stage.firstStep)
            context.observer.progress(.began(phase))
            let predictions = try await predictNoise(
                sampler.modelInput(state.latents, at: step), timestep: sampler.timesteps[step], stage, phase)
            let drawn = sampler.drawsNoise ? noise.stepNoise(like: state.latents) : nil
            state = sampler.step(state, prediction: guidance(predictions), noise: drawn)
            if let attentive, let guidanceStep = guided[step] {
                state.latents = try await attentive(state.latents, guidanceStep, sampler, on: context.executor)
            }
            if index == 0 {
                context.observer.record(
                    "stage0.step\(String(repeating: "0", count: max(0, 3 - "\(step)".count)))\(step)", state.latents)
            }
            context.observer.progress(.ended(phase))
        }
        return state.latents
    }

    /// The stage's clean latents where the executor takes all of its steps; nil where somebody wants to see them, or
    /// where others could not draw the same noise.
    private func denoisedElsewhere(
        _ latents: Tensor, stage index: Int, noise: inout NoiseSource
    ) async throws -> Tensor? {
        guard context.observer.record == nil, noise.isSeedsOwn else { return nil }
        let steps = DistantSteps(stage: index, count: context.plan.stages[index].stepCount, context.observer)
        guard
            let denoised = try await context.executor.denoise(
                latents, stage: index, of: context.plan, progress: steps.reach)
        else { return nil }
        noise.skipSteps(of: context.plan.stages[index], like: latents)
        steps.reach(1)
        return denoised
    }

    /// A prediction for each branch, in one pass over all latents or in the windows of the stage.
    private func predictNoise(
        _ latents: Tensor, timestep: Double, _ stage: RenderPlan.Stage, _ phase: RenderPhase
    ) async throws -> [Tensor] {
        guard let windows = stage.windows else {
            return try await context.executor.predictNoise(
                latents, timestep: timestep, branches: branches, size: stage.conditioning)
        }
        return try await context.executor.predictNoise(
            latents, windows: windows, timestep: timestep, branches: branches, size: stage.conditioning
        ) { [observer = context.observer] share in
            observer.progress(.advanced(phase, share))
        }
    }
}
