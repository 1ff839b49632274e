package import Tensors

/// A stage that an earlier run has begun.
package struct UnfinishedStage: Sendable {
    /// How far it has come.
    package enum Progress: Sendable {
        /// Between two steps of the sampler.
        case sampling(SamplerState)
        /// It has its clean latents.
        case denoised(Tensor)
    }

    /// Which stage of the plan, from 0.
    package var index: Int
    /// How far it has come.
    package var progress: Progress

    /// Checks that it is a stage of `plan`.
    func check(_ plan: RenderPlan) throws(RequestError) {
        guard plan.stages.indices.contains(index) else { throw fault("there is no stage \(index + 1)") }
        let stage = plan.stages[index]
        let shape = [1, stage.latents.height, stage.latents.width, plan.model.latentChannels]
        switch progress {
        case .denoised(let latents):
            guard latents.shape == shape, latents.isFinite else { throw fault("its latents are \(latents.shape)") }
        case .sampling(let state):
            guard state.latents.shape == shape, state.previousEstimate.map({ $0.shape == shape }) ?? true,
                (stage.firstStep...stage.sampler.timesteps.count).contains(state.stepIndex)
            else { throw fault("its latents of step \(state.stepIndex) are \(state.latents.shape)") }
        }
    }

    private func fault(_ problem: String) -> RequestError {
        RequestError(option: "--resume", problem: problem, remedy: "resume the request that was interrupted")
    }
}

extension RenderInputs {
    /// The inputs with what a checkpoint holds.
    ///
    /// - Throws: ``StageFolderError`` for a file that does not hold what its place says.
    func going(onFrom file: SafetensorsFile, _ place: Checkpoint.Place, _ plan: RenderPlan) throws(StageFolderError)
        -> RenderInputs
    {
        typealias Contents = CheckpointFolder.Contents
        guard let latents = file.checkpointTensor(Contents.latents) else {
            throw StageFolder.damage(file.path, "it holds no latents")
        }
        var inputs = self
        switch place {
        case .step(let stage, let step):
            let estimate = file.checkpointTensor(Contents.estimate)
            inputs.unfinished = UnfinishedStage(
                index: stage,
                progress: .sampling(SamplerState(latents: latents, stepIndex: step, previousEstimate: estimate)))
        case .denoised(let stage):
            inputs.unfinished = UnfinishedStage(index: stage, progress: .denoised(latents))
        case .finished(let stage):
            guard let picture = file.checkpointTensor(Contents.picture) else {
                throw StageFolder.damage(file.path, "it holds no picture")
            }
            inputs.finished = FinishedStage(index: stage, latents: latents, picture: picture)
        case .tiles: throw StageFolder.damage(file.path, "it is no state of a render")
        }
        return inputs
    }
}
