import DiffusionModels
package import Tensors

/// All steps of one stage, apart from the rest of its picture: what one host does when stages are not shared out.
package struct StageDenoiser: Sendable {
    private let context: RenderContext

    /// - Parameters:
    ///   - plan: what is rendered, from the seed's own noise.
    ///   - executor: what computes.
    package init(_ plan: RenderPlan, on executor: any Executor) {
        context = RenderContext(plan: plan, executor: executor, observer: RenderObserver(), checkpoints: nil)
    }

    /// Denoises a stage.
    ///
    /// - Parameters:
    ///   - latents: what its first step starts from; nil for a first stage that draws them.
    ///   - index: which stage of the plan.
    /// - Returns: the same clean latents as a render of the whole picture has after it.
    /// - Throws: what the executor throws, and `CancellationError`.
    package func denoise(_ latents: Tensor?, stage index: Int) async throws -> Tensor {
        let plan = context.plan
        let stage = plan.stages[index]
        var noise = NoiseSource(seed: plan.request.seed)
        let branches = try await context.encodePrompts()
        guard let latents else {
            return try await FirstStage(context: context, branches: branches, attentive: plan.attentiveGuide)
                .latents(noise: &noise)
        }
        // Only samplers that draw noise care what was drawn before.
        if stage.sampler.drawsNoise {
            for earlier in plan.stages.prefix(index) { try noise.skip(earlier, channels: plan.model.latentChannels) }
            _ = try noise.stageNoise(stage.latents, channels: plan.model.latentChannels)
        }
        let loop = DenoiseLoop(context: context, branches: branches, guidance: context.guidance)
        return try await loop(latents, stage: index, noise: &noise)
    }
}

extension RenderPlan {
    /// Guidance of sampling from noise by self-attention; nil for none.
    var attentiveGuide: AttentiveGuide? {
        switch request.method {
        case .apldm: AttentiveGuide(settings: request.attentiveGuidance)
        case .direct: nil
        }
    }
}
