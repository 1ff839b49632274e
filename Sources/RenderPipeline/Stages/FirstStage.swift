import DiffusionModels
import Tensors

/// Sampling from pure noise, the beginning of every method.
struct FirstStage {
    let context: RenderContext
    let branches: [PromptEncoder.Encoding]
    /// Guidance by self-attention after the steps named in the plan.
    let attentive: AttentiveGuide?

    /// The stage's clean latents.
    func latents(noise: inout NoiseSource) async throws -> Tensor {
        let stage = context.plan.stages[0]
        let drawn = try noise.stageNoise(stage.latents, channels: context.plan.model.latentChannels)
        context.observer.record("noise.0", drawn)
        var loop = DenoiseLoop(context: context, branches: branches, guidance: context.guidance)
        loop.attentive = attentive
        return try await loop(drawn.scaled(by: stage.sampler.initialNoiseScale), stage: 0, noise: &noise)
    }
}
