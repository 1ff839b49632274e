import DiffusionModels
import Tensors

/// AP-LDM (arXiv 2410.06055, algorithm 1): a first stage at the training resolution with attentive guidance, then
/// stages that upsample the picture, diffuse it a little and denoise it again.
struct APLDMMethod: RenderMethod {
    func render(_ context: RenderContext, noise: inout NoiseSource) async throws -> RenderedPicture {
        let branches = try await context.encodePrompts()
        let attentive = AttentiveGuide(settings: context.plan.request.attentiveGuidance)
        var (latents, picture) = try await FirstStage(context: context, branches: branches, attentive: attentive)
            .render(noise: &noise)
        let firstPicture = picture
        let loop = DenoiseLoop(context: context, branches: branches, guidance: context.guidance)
        for stage in context.plan.stages.indices.dropFirst() {
            latents = try await diffused(picture, context, stage: stage, noise: &noise)
            latents = try await loop(latents, stage: stage, noise: &noise)
            picture = try await context.decode(latents, stage: stage)
        }
        return RenderedPicture(latents: latents, picture: picture, firstPicture: firstPicture)
    }

    /// The picture of the stage before at this stage's size, encoded and noised to the level of its first step.
    private func diffused(
        _ picture: Tensor, _ context: RenderContext, stage index: Int, noise: inout NoiseSource
    ) async throws -> Tensor {
        let stage = context.plan.stages[index]
        context.observer.progress(.began(.upsample(stage: index)))
        let upsampled = try await context.executor.resize(picture, to: stage.size)
        context.observer.record("upsampled.\(index)", upsampled)
        context.observer.progress(.ended(.upsample(stage: index)))
        let phase = RenderPhase.encode(stage: index)
        context.observer.progress(.began(phase))
        let clean = try await context.executor.encode(upsampled, tiling: stage.encodeTiling) { [context] share in
            context.observer.progress(.advanced(phase, share))
        }
        context.observer.record("encoded.\(index)", clean)
        context.observer.progress(.ended(phase))
        let drawn = try noise.stageNoise(stage.latents, channels: context.plan.model.latentChannels)
        context.observer.record("noise.\(index)", drawn)
        let diffused = stage.sampler.noised(clean, with: drawn, at: stage.firstStep)
        context.observer.record("diffused.\(index)", diffused)
        return diffused
    }
}
