import DiffusionModels
import Tensors

/// A stage that starts from a picture: upsampled in pixel space, encoded, diffused a little and denoised again
/// (AP-LDM, section 3.3).
struct RefinementStage {
    let context: RenderContext
    let branches: [PromptEncoder.Encoding]
    /// Which stage of the plan.
    let index: Int

    /// The stage's clean latents.
    ///
    /// - Parameters:
    ///   - picture: what to start from; let go as soon as it is upsampled, so that no two stages' pictures exist while
    ///     the larger one is worked on.
    ///   - noise: the random numbers.
    /// - Returns: `[1, height, width, channels]`.
    /// - Throws: what the executor throws, and `CancellationError`.
    func latents(from picture: inout Tensor?, noise: inout NoiseSource) async throws -> Tensor {
        let loop = DenoiseLoop(context: context, branches: branches, guidance: context.guidance)
        let diffused = try await diffused(&picture, noise: &noise)
        let stage = context.plan.stages[index]
        // The encode need not be done again.
        await context.checkpoints?.reached(
            stage.sampler.initialState(latents: diffused, startingAt: stage.firstStep), stage: index)
        return try await loop(diffused, stage: index, noise: &noise)
    }

    /// The picture at this stage's size, encoded and noised to the level of its first step.
    private func diffused(_ picture: inout Tensor?, noise: inout NoiseSource) async throws -> Tensor {
        let stage = context.plan.stages[index]
        let upsampled = try await upsampled(&picture)
        let phase = RenderPhase.encode(stage: index)
        context.observer.progress(.began(phase))
        let clean = try await context.executor.encode(
            upsampled, tiling: stage.encodeTiling, journal: context.checkpoints?.journal(.encode(stage: index))
        ) { [context] share in
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

    private func upsampled(_ picture: inout Tensor?) async throws -> Tensor {
        guard let source = picture.take() else { preconditionFailure("a refinement needs a picture to start from") }
        context.observer.progress(.began(.upsample(stage: index)))
        let upsampled = try await context.executor.resize(source, to: context.plan.stages[index].size)
        context.observer.record("upsampled.\(index)", upsampled)
        context.observer.progress(.ended(.upsample(stage: index)))
        return upsampled
    }
}
