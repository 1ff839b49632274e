package import ClusterMessages
package import DiffusionModels
package import RenderPipeline
package import Tensors

/// Carries out tasks with one model on one device.
package struct DeviceTaskRunner: TaskRunner {
    private let executor: LocalExecutor
    private let model: DiffusionModel
    private let memory: MemoryBudget

    /// - Parameters:
    ///   - executor: what computes.
    ///   - model: its model.
    ///   - memory: what its tensors may take.
    package init(executor: LocalExecutor, model: DiffusionModel, memory: MemoryBudget) {
        self.executor = executor
        self.model = model
        self.memory = memory
    }

    package func close(session: UInt64) async { await executor.shared.close(session: session) }

    package func run(
        _ operation: TaskOperation, inputs: [Tensor], progress: @escaping @Sendable (Double) -> Void
    ) async throws -> TaskOutput {
        do {
            return try await perform(operation, inputs, progress)
        } catch let error as SharedAutoencoder.Failure {
            throw TaskRunnerError(error)
        }
    }

    private func perform(
        _ operation: TaskOperation, _ inputs: [Tensor], _ progress: @escaping @Sendable (Double) -> Void
    ) async throws -> TaskOutput {
        switch operation {
        case .encodeText(let text):
            let branches = await executor.encodePrompt(text.prompt, negative: NegativePrompt(text.negative))
            return TaskOutput(branches.flatMap { [$0.context] + ($0.pooled.map { [$0] } ?? []) })
        case .predictNoise(let pass): return TaskOutput(try await predictNoise(pass, inputs))
        case .selfAttend(let attention):
            let latents = try latents(inputs, 0)
            return TaskOutput([
                await executor.selfAttend(
                    latents, temperature: attention.temperature, calibration: attention.calibration)
            ])
        case .upsample(let size):
            let picture = try map(inputs, 0, channels: nil)
            return TaskOutput([
                await executor.resize(picture, to: Extent(height: size.height, width: size.width))
            ])
        case .tile(let tiles): return try await compute(tiles, inputs, progress)
        case .attend(let stretch):
            return TaskOutput([
                try await executor.shared.attend(
                    stretch.positions, AutoencoderDirection(stretch.direction), session: stretch.session,
                    input: inputs.first)
            ])
        case .part(let part): return TaskOutput([try await compute(part, inputs)])
        case .denoise(let stage): return TaskOutput([try await denoise(stage, inputs, progress)])
        case .canary: return TaskOutput([])
        }
    }

    private func predictNoise(_ pass: PredictNoise, _ inputs: [Tensor]) async throws -> [Tensor] {
        let latents = try latents(inputs, 0)
        let cost = model.unet.configuration.cost(height: latents.shape[1], width: latents.shape[2])
        guard cost.memory <= memory.bytes else { throw TaskRunnerError.outOfMemory(needed: cost.memory) }
        let branches = try pass.branches.map { branch in
            let context = try tensor(inputs, branch.context)
            let pooled = try branch.pooled.map { try tensor(inputs, $0) }
            let configuration = model.unet.configuration
            guard context.shape.count == 3, context.shape[0] == 1, context.shape[1] <= 4096,
                configuration.levels.allSatisfy({ $0.contextWidth == context.shape[2] }),
                (pooled != nil) == model.family.hasAddition
            else { throw TaskRunnerError.impossible("\(context.shape) is no context of this model") }
            if let pooled, pooled.shape != [1, configuration.addition?.pooledWidth ?? 0] {
                throw TaskRunnerError.impossible("\(pooled.shape) is no pooled embedding of this model")
            }
            return PromptEncoder.Encoding(context: context, pooled: pooled)
        }
        guard Set(branches.map(\.context.shape)).count == 1 else {
            throw TaskRunnerError.impossible("branches with contexts of different shapes")
        }
        return await executor.predictNoise(
            latents, timestep: pass.timestep, branches: branches,
            size: Extent(height: pass.size.height, width: pass.size.width))
    }

    private func denoise(
        _ task: DenoiseStage, _ inputs: [Tensor], _ progress: @escaping @Sendable (Double) -> Void
    ) async throws -> Tensor {
        let plan: RenderPlan
        do {
            let record = try RenderRecord(json: task.record)
            let scheduler = try SamplerConfiguration(schedulerFile: model.schedulerConfigurationPath)
            plan = try RenderPlan(record.request, model: ModelProperties(model), scheduler: scheduler)
        } catch {
            throw TaskRunnerError.impossible("its record cannot be rendered: \(error)")
        }
        let index = task.stage - 1
        guard plan.stages.indices.contains(index), plan.stages[index].refines == (index > 0) else {
            throw TaskRunnerError.impossible("the picture has no stage \(task.stage) of this kind")
        }
        let stage = plan.stages[index]
        let latents = index > 0 ? try latents(inputs, 0) : nil
        if let latents, (latents.shape[1], latents.shape[2]) != (stage.latents.height, stage.latents.width) {
            throw TaskRunnerError.impossible("\(latents.shape) are no latents of stage \(task.stage)")
        }
        let window = stage.windows?.window ?? stage.latents
        let cost = model.unet.configuration.cost(height: window.height, width: window.width)
        guard cost.memory <= memory.bytes else { throw TaskRunnerError.outOfMemory(needed: cost.memory) }
        let observer = RenderObserver { news in
            guard case .ended(.step(_, let step)) = news else { return }
            progress(Double(step + 1) / Double(stage.stepCount))
        }
        return try await StageDenoiser(plan, on: executor, observer: observer).denoise(latents, stage: index)
    }

    private func compute(
        _ task: TileTask, _ inputs: [Tensor], _ progress: @escaping @Sendable (Double) -> Void
    ) async throws -> TaskOutput {
        var ledger = NormalizationLedger(entries: task.ledger)
        var inputs = inputs
        if task.finishes, TileGrid(height: task.height, width: task.width, core: task.core).count == 1 {
            ledger = try await ownStatistics(of: task, ledger, &inputs, progress)
        }
        var output = TaskOutput([])
        for (index, tile) in task.tiles.enumerated() {
            try Task.checkCancellation()
            let place = TilePlace(TilePlace.Pass(task), tile: tile)
            let input = inputs.isEmpty ? nil : try tensor(inputs, index)
            if task.finishes {
                output.tensors.append(try await executor.shared.finish(place, input: input, ledger: ledger))
            } else {
                output.statistics.append(try await executor.shared.advance(place, input: input, ledger: ledger))
            }
        }
        return output
    }

    /// The statistics that a tile by itself, which has nobody to wait for, goes through to its end with.
    private func ownStatistics(
        of task: TileTask, _ before: NormalizationLedger, _ inputs: inout [Tensor],
        _ progress: @escaping @Sendable (Double) -> Void
    ) async throws -> NormalizationLedger {
        let place = TilePlace(TilePlace.Pass(task), tile: task.tiles[0])
        let barriers = model.autoencoder.pass(place.pass).barriers
        var ledger = before
        var toldAt = ContinuousClock.now
        while ledger.count < barriers {
            try Task.checkCancellation()
            let moments = try await executor.shared.advance(place, input: inputs.first, ledger: ledger)
            ledger.append(merging: [moments])
            inputs = []
            if ContinuousClock.now - toldAt >= .milliseconds(100) {
                toldAt = .now
                progress(Double(ledger.count) / Double(barriers + 1))
            }
        }
        return ledger
    }

    private func compute(_ part: AutoencoderPart, _ inputs: [Tensor]) async throws -> Tensor {
        let configuration = model.autoencoder.configuration
        let coarsest = configuration.channels[configuration.channels.count - 1]
        switch part {
        case .decodeBeforeAttention:
            return await executor.shared.beforeAttention(.decode, try latents(inputs, 0))
        case .encodeBeforeAttention:
            return await executor.shared.beforeAttention(.encode, try map(inputs, 0, channels: coarsest))
        case .encodeAfterAttention:
            return await executor.shared.posteriorMean(afterAttention: try map(inputs, 0, channels: coarsest))
        }
    }

    private func latents(_ inputs: [Tensor], _ index: Int) throws -> Tensor {
        try map(inputs, index, channels: model.autoencoder.configuration.latentChannels)
    }

    private func map(_ inputs: [Tensor], _ index: Int, channels: Int?) throws -> Tensor {
        let tensor = try tensor(inputs, index)
        guard tensor.shape.count == 4, tensor.shape[0] == 1, channels.map({ tensor.shape[3] == $0 }) ?? true else {
            throw TaskRunnerError.impossible(
                "\(tensor.shape) is not [1, height, width, \(channels.map(String.init) ?? "channels")]")
        }
        return tensor
    }

    private func tensor(_ inputs: [Tensor], _ index: Int) throws -> Tensor {
        guard inputs.indices.contains(index) else {
            throw TaskRunnerError.impossible("input \(index) of \(inputs.count)")
        }
        return inputs[index]
    }
}

extension TaskRunnerError {
    init(_ failure: SharedAutoencoder.Failure) {
        self =
            switch failure {
            case .inputMissing: .inputMissing
            case .impossible(let why): .impossible(why)
            case .outOfMemory(let needed): .outOfMemory(needed: needed)
            }
    }
}
