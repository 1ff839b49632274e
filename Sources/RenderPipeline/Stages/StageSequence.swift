import Tensors

/// Runs the stages of a plan in their order: all of them, or those that an earlier run has left.
struct StageSequence {
    let context: RenderContext
    /// Guidance of sampling from noise by self-attention; nil for none.
    let attentive: AttentiveGuide?

    func render(_ inputs: RenderInputs, noise: inout NoiseSource) async throws -> RenderedPicture {
        let plan = context.plan
        var result = inputs.finished.map(RenderedPicture.init)
        let next = inputs.finished.map { $0.index + 1 } ?? 0
        for stage in plan.stages.prefix(next) { try noise.skip(stage, channels: plan.model.latentChannels) }
        if let result, next == plan.stages.count { return result }

        let branches = try await context.encodePrompts()
        for index in next..<plan.stages.count {
            try Task.checkCancellation()
            let latents: Tensor
            if plan.stages[index].refines, let start = result?.picture ?? inputs.initialPicture {
                latents = try await RefinementStage(context: context, branches: branches, index: index)
                    .latents(from: start, noise: &noise)
            } else {
                latents = try await FirstStage(context: context, branches: branches, attentive: attentive)
                    .latents(noise: &noise)
            }
            try Task.checkCancellation()
            let picture = try await context.decode(latents, stage: index)
            let finished = FinishedStage(index: index, latents: latents, picture: picture)
            try context.observer.finished?(finished)
            let firstPicture = index == next ? picture : result?.firstPicture
            result = RenderedPicture(finished)
            result?.firstPicture = firstPicture ?? picture
        }
        guard let result else { preconditionFailure("a plan has at least one stage") }
        return result
    }
}

extension RenderedPicture {
    fileprivate init(_ stage: FinishedStage) {
        self.init(latents: stage.latents, picture: stage.picture, firstPicture: stage.picture)
    }
}

extension NoiseSource {
    /// Draws all that a finished stage has drawn.
    fileprivate mutating func skip(_ stage: RenderPlan.Stage, channels: Int) throws(RequestError) {
        let drawn = try stageNoise(stage.latents, channels: channels)
        guard stage.sampler.drawsNoise else { return }
        for _ in 0..<stage.stepCount { _ = stepNoise(like: drawn) }
    }
}
