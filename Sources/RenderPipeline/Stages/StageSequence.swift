import DiffusionModels
import Tensors

/// Runs the stages of a plan in their order: all of them, or those that an earlier run has left.
struct StageSequence {
    let context: RenderContext
    /// Guidance of sampling from noise by self-attention; nil for none.
    let attentive: AttentiveGuide?

    func render(_ inputs: RenderInputs, noise: inout NoiseSource) async throws -> RenderedPicture {
        let plan = context.plan
        let next = inputs.unfinished?.index ?? inputs.finished.map { $0.index + 1 } ?? 0
        for stage in plan.stages.prefix(next) { try noise.skip(stage, channels: plan.model.latentChannels) }
        if let finished = inputs.finished, next >= plan.stages.count { return RenderedPicture(finished) }
        // The picture that the next stage starts from.
        var picture = inputs.finished?.picture ?? inputs.initialPicture
        var firstPicture: Tensor?

        let branches = try await context.encodePrompts()
        for index in next..<plan.stages.count {
            try Task.checkCancellation()
            let latents: Tensor
            if let unfinished = inputs.unfinished, unfinished.index == index {
                latents = try await goOn(with: unfinished, branches, noise: &noise)
            } else if plan.stages[index].refines {
                latents = try await RefinementStage(context: context, branches: branches, index: index)
                    .latents(from: &picture, noise: &noise)
            } else {
                latents = try await FirstStage(context: context, branches: branches, attentive: attentive)
                    .latents(noise: &noise)
            }
            await context.checkpoints?.denoised(latents, stage: index)
            try Task.checkCancellation()
            let decoded = try await context.decode(latents, stage: index)
            let finished = FinishedStage(index: index, latents: latents, picture: decoded)
            await context.checkpoints?.finished(finished, isLast: index + 1 == plan.stages.count)
            try context.observer.finished?(finished)
            firstPicture = firstPicture ?? decoded
            if index + 1 == plan.stages.count {
                var result = RenderedPicture(finished)
                result.firstPicture = firstPicture ?? decoded
                return result
            }
            picture = decoded
        }
        preconditionFailure("a plan has at least one stage")
    }

    /// The clean latents of a stage that an earlier run has begun.
    private func goOn(
        with unfinished: UnfinishedStage, _ branches: [PromptEncoder.Encoding], noise: inout NoiseSource
    ) async throws -> Tensor {
        let stage = context.plan.stages[unfinished.index]
        let drawn = try noise.stageNoise(stage.latents, channels: context.plan.model.latentChannels)
        switch unfinished.progress {
        case .denoised(let latents):
            noise.skipSteps(of: stage, like: drawn)
            return latents
        case .sampling(let state):
            noise.skipSteps(state.stepIndex - stage.firstStep, of: stage, like: drawn)
            var loop = DenoiseLoop(context: context, branches: branches, guidance: context.guidance)
            loop.attentive = stage.refines ? nil : attentive
            return try await loop(from: state, stage: unfinished.index, noise: &noise)
        }
    }
}

extension RenderedPicture {
    fileprivate init(_ stage: FinishedStage) {
        self.init(latents: stage.latents, picture: stage.picture, firstPicture: stage.picture)
    }
}

extension NoiseSource {
    /// Draws all that a finished stage has drawn.
    mutating func skip(_ stage: RenderPlan.Stage, channels: Int) throws(RequestError) {
        let drawn = try stageNoise(stage.latents, channels: channels)
        skipSteps(of: stage, like: drawn)
    }

    /// Draws all that the steps of a stage draw.
    mutating func skipSteps(of stage: RenderPlan.Stage, like latents: Tensor) {
        skipSteps(stage.stepCount, of: stage, like: latents)
    }

    /// Draws all that the first steps of a stage draw.
    mutating func skipSteps(_ count: Int, of stage: RenderPlan.Stage, like latents: Tensor) {
        guard stage.sampler.drawsNoise else { return }
        for _ in 0..<count { _ = stepNoise(like: latents) }
    }
}
