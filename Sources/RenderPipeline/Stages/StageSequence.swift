import Tensors

/// Runs the stages of a plan in their order: all of them, or those that an earlier run has left.
struct StageSequence {
    let context: RenderContext
    /// Guidance of sampling from noise by self-attention; nil for none.
    let attentive: AttentiveGuide?

    func render(_ inputs: RenderInputs, noise: inout NoiseSource) async throws -> RenderedPicture {
        let plan = context.plan
        let next = inputs.finished.map { $0.index + 1 } ?? 0
        for stage in plan.stages.prefix(next) { try noise.skip(stage, channels: plan.model.latentChannels) }
        if let finished = inputs.finished, next == plan.stages.count { return RenderedPicture(finished) }
        // The picture that the next stage starts from.
        var picture = inputs.finished?.picture ?? inputs.initialPicture
        var firstPicture: Tensor?

        let branches = try await context.encodePrompts()
        for index in next..<plan.stages.count {
            try Task.checkCancellation()
            let latents: Tensor
            if plan.stages[index].refines {
                latents = try await RefinementStage(context: context, branches: branches, index: index)
                    .latents(from: &picture, noise: &noise)
            } else {
                latents = try await FirstStage(context: context, branches: branches, attentive: attentive)
                    .latents(noise: &noise)
            }
            try Task.checkCancellation()
            let decoded = try await context.decode(latents, stage: index)
            let finished = FinishedStage(index: index, latents: latents, picture: decoded)
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
        guard stage.sampler.drawsNoise else { return }
        for _ in 0..<stage.stepCount { _ = stepNoise(like: latents) }
    }
}
