import ClusterMessages
import DiffusionModels
import RenderPipeline
import Tensors

/// Turns the operations of a render into tasks: what they need, what they give, and about what they cost.
struct TaskMaker: Sendable {
    let autoencoder: Autoencoder
    private let model: DiffusionModel
    private let digest: ContentDigest

    init(model: DiffusionModel, digest: ContentDigest) {
        self.model = model
        self.digest = digest
        autoencoder = model.autoencoder
    }

    // Text.

    func encodeText(_ prompt: String, _ negative: NegativePrompt) -> ClusterTask {
        ClusterTask(
            .encodeText(EncodeText(prompt: prompt, negative: EncodeText.Negative(negative))), model: digest, inputs: [],
            outputShapes: nil, work: 1e10, sizes: [])
    }

    /// The branches that the outputs of ``encodeText(_:_:)`` are.
    func encodings(_ outputs: [Tensor], _ negative: NegativePrompt) throws -> [PromptEncoder.Encoding] {
        let branches = negative == .unused ? 1 : 2
        let each = model.family.hasAddition ? 2 : 1
        guard outputs.count == branches * each else {
            throw ClusterError(.tasksFailed, "\(outputs.count) tensors are not the encoding of \(branches) prompts")
        }
        return (0..<branches).map { branch in
            PromptEncoder.Encoding(
                context: outputs[branch * each], pooled: each == 2 ? outputs[branch * each + 1] : nil)
        }
    }

    // Latents.

    /// Of a pass over latents of so many cells.
    func work(ofPass cells: Extent, _ branches: [PromptEncoder.Encoding]) -> Double {
        Double(branches.count) * cost(ofPass: cells).operations
    }

    private func cost(ofPass cells: Extent) -> UNetCost {
        model.unet.configuration.cost(height: cells.height, width: cells.width)
    }

    func predictNoise(
        _ latents: Tensor, timestep: Double, branch: PromptEncoder.Encoding, size: Extent, position: TaskPosition
    ) throws -> ClusterTask {
        let cost = cost(ofPass: Extent(height: latents.shape[1], width: latents.shape[2]))
        let operation = PredictNoise(
            timestep: timestep, size: PixelSize(height: size.height, width: size.width),
            branches: [.init(context: 1, pooled: branch.pooled == nil ? nil : 2)])
        return ClusterTask(
            .predictNoise(operation), model: digest,
            inputs: [.inline(latents), .shared(branch.context)] + (branch.pooled.map { [.shared($0)] } ?? []),
            outputShapes: [latents.shape], work: cost.operations, memory: cost.memory,
            sizes: [latents.shape[1], latents.shape[2]], position: position)
    }

    /// All steps of a stage; nil for one that does not begin as the message says, or whose record is too long for it.
    func denoise(_ latents: Tensor, stage index: Int, of plan: RenderPlan) throws -> ClusterTask? {
        let stage = plan.stages[index]
        guard stage.refines == (index > 0) else { return nil }
        // Whoever computes knows the rest: the model by the task's digest, and its own numerics.
        let identity = ModelIdentity(
            name: "model", family: model.family.name, sha256: digest.hexadecimal, variants: [:])
        let record = try RenderRecord(program: "apldm", model: identity, request: plan.request, numerics: "any")
            .canonicalJSON()
        guard record.utf8.count <= DenoiseStage.longestRecord else { return nil }
        let window = stage.windows?.window ?? Extent(height: latents.shape[1], width: latents.shape[2])
        let cost = model.unet.configuration.cost(height: window.height, width: window.width)
        let passes = stage.stepCount * (stage.windows?.count ?? 1) * (plan.request.guidanceScale > 1 ? 2 : 1)
        return ClusterTask(
            .denoise(DenoiseStage(record: record, stage: index + 1)), model: digest,
            inputs: index == 0 ? [] : [.inline(latents)], outputShapes: [latents.shape],
            work: Double(passes) * cost.operations, memory: cost.memory,
            sizes: [latents.shape[1], latents.shape[2], passes])
    }

    func selfAttend(_ latents: Tensor, temperature: Float, calibration: PowerCalibration) -> ClusterTask {
        let cells = Double(latents.shape[1] * latents.shape[2])
        return ClusterTask(
            .selfAttend(SelfAttend(temperature: temperature, calibration: calibration)), model: digest,
            inputs: [.inline(latents)], outputShapes: [latents.shape],
            work: 4 * cells * cells * Double(latents.shape[3]), sizes: [latents.shape[1], latents.shape[2]])
    }

    func resize(_ picture: Tensor, to size: Extent) -> ClusterTask {
        let shape = [1, size.height, size.width, picture.shape[3]]
        return ClusterTask(
            .upsample(to: PixelSize(height: size.height, width: size.width)), model: digest, inputs: [.inline(picture)],
            outputShapes: [shape], work: 40 * Double(shape.reduce(1, *)), sizes: [size.height, size.width])
    }

    // The autoencoder.

    func work(of place: TilePlace.Pass) -> Double { autoencoder.cost(place).operations }

    func unscaled(_ latents: Tensor) -> Tensor { latents.divided(by: autoencoder.configuration.scalingFactor) }

    func scaled(_ mean: Tensor) -> Tensor { mean.scaled(by: autoencoder.configuration.scalingFactor) }

    func part(_ part: AutoencoderPart, _ map: Tensor) -> ClusterTask {
        let channels = autoencoder.configuration.channels[autoencoder.configuration.channels.count - 1]
        var shape = map.shape
        shape[3] = part == .encodeAfterAttention ? autoencoder.configuration.latentChannels : channels
        let cells = Double(shape[1] * shape[2])
        return ClusterTask(
            .part(part), model: digest, inputs: [.inline(map)], outputShapes: [shape],
            work: 36 * cells * Double(channels * channels), memory: 4 * shape[1] * shape[2] * channels * 4,
            sizes: [part.rawValue, shape[1], shape[2]])
    }

    /// - Parameters:
    ///   - positions: which rows of the result.
    ///   - input: what every worker makes the map of: the unscaled latents of a decode, with SDXL a hundredth of it, and what
    ///     the tiles of an encode end with.
    ///   - place: which pass.
    ///   - attention: that of the pass's direction.
    ///   - position: where it stands among the stretches.
    /// - Returns: the task; its output is the rows, `[1, positions, 1, channels]`.
    func attend(
        _ positions: Range<Int>, _ input: Tensor, _ place: TilePlace.Pass, _ attention: PositionAttention,
        position: TaskPosition
    ) -> ClusterTask {
        let all = input.shape[1] * input.shape[2]
        let operation = AttendPositions(
            session: place.session, direction: PassDirection(place.direction), positions: positions)
        return ClusterTask(
            .attend(operation), model: digest,
            inputs: [.held(HeldInput(session: place.session, tile: nil), input, nil)],
            outputShapes: [[1, positions.count, 1, attention.channels]],
            work: 4 * Double(positions.count) * Double(all) * Double(attention.channels),
            memory: attention.memory(positions: all) + input.byteCount, sizes: [all, positions.count],
            position: position)
    }

    /// - Parameters:
    ///   - place: which pass.
    ///   - pass: its tiles.
    ///   - tiles: which of them, ascending.
    ///   - ledger: what all tiles have passed.
    ///   - finishes: whether they are taken to their end.
    ///   - operations: see ``TiledPass/operations(of:)``, for each of them.
    ///   - memory: bytes that computing on a tile takes.
    ///   - input: what the pass begins with.
    /// - Returns: the task; it gives the tiles' statistics, or their cores.
    func tiles(
        _ place: TilePlace.Pass, _ pass: TiledPass, _ tiles: [Int], ledger: NormalizationLedger, finishes: Bool,
        operations: [[Double]], memory: Int, input: Tensor
    ) -> ClusterTask {
        let operation = TileTask(
            session: place.session, direction: PassDirection(place.direction), height: place.height, width: place.width,
            core: place.core, tiles: tiles, finishes: finishes, ledger: ledger.entries)
        let regions = tiles.map(pass.inputRegion)
        return ClusterTask(
            .tile(operation), model: digest,
            inputs: zip(tiles, regions).map { tile, region in
                .held(HeldInput(session: place.session, tile: tile), input, region)
            },
            outputShapes: finishes ? tiles.map(pass.coreShape) : [],
            statisticsGroups: finishes ? [] : tiles.map { _ in autoencoder.configuration.normGroups },
            work: operations.reduce(0) { $0 + $1[ledger.count] },
            replayWork: operations.reduce(0) { $0 + $1[..<ledger.count].reduce(0, +) }, memory: memory,
            sizes: [ledger.count] + regions.flatMap { [$0.rows.count, $0.columns.count] },
            position: TaskPosition(tiles[0], of: pass.grid.count, columns: pass.grid.columns.count))
    }

    /// A pass of one tile, from its beginning to its end.
    func whole(_ place: TilePlace.Pass, _ pass: TiledPass, input: Tensor) -> ClusterTask {
        let operations = pass.operations(of: 0)
        var task = tiles(
            place, pass, [0], ledger: NormalizationLedger(), finishes: true, operations: [operations],
            memory: pass.workingMemory, input: input)
        task.work = operations.reduce(0, +)
        task.sizes = [pass.grid.height, pass.grid.width]
        task.position = nil
        return task
    }

    /// The most tiles of which a task can give the statistics.
    var mostTiles: Int { min(TileTask.mostTiles, TileTask.mostLedgerGroups / autoencoder.configuration.normGroups) }
}
