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
        return try await self(
            from: stage.sampler.initialState(latents: latents, startingAt: stage.firstStep), stage: index, noise: &noise
        )
    }

    /// Runs the rest of stage `index` from where its sampler stands. What breaks it off does not undo whole steps.
    ///
    /// - Returns: clean latents, `[1, height, width, channels]`.
    func callAsFunction(
        from start: SamplerState, stage index: Int, noise: inout NoiseSource
    ) async throws -> Tensor {
        let sampler = context.plan.stages[index].sampler
        var state = start
        do {
            while state.stepIndex < sampler.timesteps.count {
                try Task.checkCancellation()
                state = try await step(from: state, stage: index, noise: &noise)
                if state.stepIndex < sampler.timesteps.count {
                    await context.checkpoints?.reached(state, stage: index)
                }
            }
        } catch {
            if state.stepIndex > start.stepIndex { await context.checkpoints?.stopped(at: state, stage: index) }
            throw error
        }
        return state.latents
    }

    /// One step with all that belongs to it.
    private func step(
        from before: SamplerState, stage index: Int, noise: inout NoiseSource
    ) async throws -> SamplerState {
        let stage = context.plan.stages[index]
        let (sampler, step) = (stage.sampler, before.stepIndex)
        let phase = RenderPhase.step(stage: index, step: step - stage.firstStep)
        context.observer.progress(.began(phase))
        let predictions = try await predictNoise(
            sampler.modelInput(before.latents, at: step), timestep: sampler.timesteps[step], stage, phase)
        let drawn = sampler.drawsNoise ? noise.stepNoise(like: before.latents) : nil
        var state = sampler.step(before, prediction: guidance(predictions), noise: drawn)
        if let attentive, let guidanceStep = context.plan.guidance.first(where: { $0.step == step }) {
            state.latents = try await attentive(state.latents, guidanceStep, sampler, on: context.executor)
        }
        if index == 0 {
            context.observer.record(
                "stage0.step\(String(repeating: "0", count: max(0, 3 - "\(step)".count)))\(step)", state.latents)
        }
        context.observer.progress(.ended(phase))
        return state
    }

    /// The stage's clean latents where the executor takes all of its steps; nil where somebody wants to see them, or
    /// where others could not draw the same noise.
    private func denoisedElsewhere(
        _ latents: Tensor, stage index: Int, noise: inout NoiseSource
    ) async throws -> Tensor? {
        guard context.observer.record == nil, noise.isSeedsOwn else { return nil }
        guard let denoised = try await context.executor.denoise(latents, stage: index, of: context.plan) else {
            return nil
        }
        noise.skipSteps(of: context.plan.stages[index], like: latents)
        for step in 0..<context.plan.stages[index].stepCount {
            context.observer.progress(.began(.step(stage: index, step: step)))
            context.observer.progress(.ended(.step(stage: index, step: step)))
        }
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
