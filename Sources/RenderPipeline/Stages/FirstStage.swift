import DiffusionModels
import Tensors

/// Sampling from pure noise, the beginning of every method.
struct FirstStage {
    let context: RenderContext
    let branches: [PromptEncoder.Encoding]
    /// Guidance by self-attention after the steps named in the plan.
    let attentive: AttentiveGuide?

    func render(noise: inout NoiseSource) async throws -> (latents: Tensor, picture: Tensor) {
        let stage = context.plan.stages[0]
        let drawn = try noise.stageNoise(stage.latents, channels: context.plan.model.latentChannels)
        context.observer.record("noise.0", drawn)
        var loop = DenoiseLoop(context: context, branches: branches, guidance: context.guidance)
        loop.attentive = attentive
        let latents = try await loop(
            drawn.scaled(by: stage.sampler.initialNoiseScale), stage: 0, noise: &noise)
        return (latents, try await context.decode(latents, stage: 0))
    }
}
