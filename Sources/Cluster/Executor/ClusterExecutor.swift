package import ClusterMessages
package import DiffusionModels
package import RenderPipeline
package import Tensors

/// Carries out the heavy operations of one render on a farm: the branches of each UNet pass and of each of its windows,
/// the stretches of the autoencoder's attention go to whoever finishes them first, its tiles to whoever is expected to be
/// through with the whole pass first.
///
/// The result has the same bytes as ``LocalExecutor``'s, whoever computes what and whoever is lost on the way, as long as
/// all are of one numerics class.
package struct ClusterExecutor: Executor {
    /// See ``Executor/model``.
    package let model: ModelProperties
    private let tasks: TaskMaker
    private let farm: Farm
    private let job: JobID
    private let head: any Executor
    private let dispatchesOnly: Bool
    private let sharing: SharingPolicy

    /// - Parameters:
    ///   - farm: what computes.
    ///   - job: what the tasks are added under.
    ///   - model: the model, of which the sizes are needed.
    ///   - digest: the digest of its files.
    ///   - head: what computes on the coordinator's own host.
    ///   - dispatchesOnly: whether that is kept to what costs less than sending it.
    ///   - sharing: what is worth sharing out.
    package init(
        farm: Farm, job: JobID, model: DiffusionModel, digest: ContentDigest, head: any Executor,
        dispatchesOnly: Bool, sharing: SharingPolicy = SharingPolicy()
    ) {
        self.farm = farm
        self.job = job
        self.model = ModelProperties(model)
        self.head = head
        self.dispatchesOnly = dispatchesOnly
        self.sharing = sharing
        tasks = TaskMaker(model: model, digest: digest)
    }

    /// The coordinator's own device, where it takes part.
    private var device: (any Executor)? { dispatchesOnly ? nil : head }

    /// See ``Executor/encodePrompt(_:negative:)``.
    package func encodePrompt(_ prompt: String, negative: NegativePrompt) async throws -> [PromptEncoder.Encoding] {
        if let device { return try await device.encodePrompt(prompt, negative: negative) }
        let outputs = try await farm.perform(tasks.encodeText(prompt, negative), in: job).tensors
        return try tasks.encodings(outputs, negative)
    }

    /// See ``Executor/predictNoise(_:timestep:branches:size:)``.
    package func predictNoise(
        _ latents: Tensor, timestep: Double, branches: [PromptEncoder.Encoding], size: Extent
    ) async throws -> [Tensor] {
        let cells = Extent(height: latents.shape[1], width: latents.shape[2])
        if let device, await !sharing.shares(tasks.work(ofPass: cells, branches), farm) {
            return try await device.predictNoise(latents, timestep: timestep, branches: branches, size: size)
        }
        return try await withThrowingTaskGroup(of: (Int, Tensor).self) { group in
            for (index, branch) in branches.enumerated() {
                group.addTask {
                    let task = try tasks.predictNoise(
                        latents, timestep: timestep, branch: branch, size: size,
                        position: TaskPosition(index, of: branches.count))
                    return (index, try await farm.perform(task, in: job).tensors[0])
                }
            }
            var predictions = [Int: Tensor]()
            for try await (index, prediction) in group { predictions[index] = prediction }
            return branches.indices.compactMap { predictions[$0] }
        }
    }

    /// See ``Executor/predictNoise(_:windows:timestep:branches:size:progress:)``. Every branch of every window is a task.
    package func predictNoise(
        _ latents: Tensor, windows: LatentWindows, timestep: Double, branches: [PromptEncoder.Encoding], size: Extent,
        progress: @escaping @Sendable (Double) -> Void
    ) async throws -> [Tensor] {
        if let device, await !sharing.shares(tasks.work(ofPass: windows.window, branches), farm) {
            return try await device.predictNoise(
                latents, windows: windows, timestep: timestep, branches: branches, size: size, progress: progress)
        }
        return try await withThrowingTaskGroup(of: (window: Int, branch: Int, prediction: Tensor).self) { group in
            for index in 0..<windows.count {
                let window = latents.cropped(to: windows.region(index))
                for (number, branch) in branches.enumerated() {
                    group.addTask {
                        let task = try tasks.predictNoise(
                            window, timestep: timestep, branch: branch, size: size,
                            position: TaskPosition(index, of: windows.count, columns: windows.columns.starts.count))
                        return (index, number, try await farm.perform(task, in: job).tensors[0])
                    }
                }
            }
            var blends = branches.map { _ in WindowBlend(windows, channels: latents.shape[3]) }
            var done = 0
            for try await part in group {
                blends[part.branch].add(part.prediction, window: part.window)
                done += 1
                progress(Double(done) / Double(windows.count * branches.count))
            }
            return blends.map(\.prediction)
        }
    }

    /// See ``Executor/selfAttend(_:temperature:calibration:)``.
    package func selfAttend(
        _ latents: Tensor, temperature: Float, calibration: PowerCalibration
    ) async throws -> Tensor {
        let task = tasks.selfAttend(latents, temperature: temperature, calibration: calibration)
        guard dispatchesOnly, await sharing.shares(task.work, farm) else {
            return try await head.selfAttend(latents, temperature: temperature, calibration: calibration)
        }
        return try await farm.perform(task, in: job).tensors[0]
    }

    /// See ``Executor/denoise(_:stage:of:progress:)``.
    package func denoise(
        _ latents: Tensor, stage index: Int, of plan: RenderPlan, progress: @escaping @Sendable (Double) -> Void
    ) async throws -> Tensor? {
        guard await sharing.keepsStagesWhole(farm), let task = try tasks.denoise(latents, stage: index, of: plan) else {
            return nil
        }
        progress(0)
        return try await farm.perform(task, in: job, progress: progress).tensors[0]
    }

    /// See ``Executor/resize(_:to:)``. A picture is sooner resized here than sent, whatever its size.
    package func resize(_ picture: Tensor, to size: Extent) async throws -> Tensor {
        guard dispatchesOnly, await sharing.sharesEverything(farm) else {
            return try await head.resize(picture, to: size)
        }
        return try await farm.perform(tasks.resize(picture, to: size), in: job).tensors[0]
    }

    /// See ``Executor/encode(_:tiling:journal:progress:)``.
    package func encode(
        _ picture: Tensor, tiling: AutoencoderTiling<EncodeTiling>, journal: (any TileJournal)?,
        progress: @escaping @Sendable (Double) -> Void
    ) async throws -> Tensor {
        let factor = model.factor
        let (height, width) = (picture.shape[1] / factor, picture.shape[2] / factor)
        guard case .exact(let core) = tiling else {
            return try await requireDevice("an approximate encode").encode(
                picture, tiling: tiling, journal: journal, progress: progress)
        }
        let place = TilePlace.Pass(
            session: await farm.newSession(), direction: .encode, height: height, width: width, core: core)
        if let device, await !sharing.shares(tasks.work(of: place), farm) {
            return try await device.encode(
                picture, tiling: tiling, journal: journal, progress: progress)
        }
        return try await inSession(place) {
            let map = try await tiles(place, input: picture, journal, progress)
            let attended = try await throughAttention(map, place)
            let mean = try await farm.perform(tasks.part(.encodeAfterAttention, attended), in: job).tensors[0]
            return tasks.scaled(mean)
        }
    }

    /// See ``Executor/decode(_:tiling:journal:progress:)``.
    package func decode(
        _ latents: Tensor, tiling: AutoencoderTiling<DecodeTiling>, journal: (any TileJournal)?,
        progress: @escaping @Sendable (Double) -> Void
    ) async throws -> Tensor {
        guard case .exact(let core) = tiling else {
            return try await requireDevice("an approximate decode").decode(
                latents, tiling: tiling, journal: journal, progress: progress)
        }
        let place = TilePlace.Pass(
            session: await farm.newSession(), direction: .decode, height: latents.shape[1], width: latents.shape[2],
            core: core)
        if let device, await !sharing.shares(tasks.work(of: place), farm) {
            return try await device.decode(
                latents, tiling: tiling, journal: journal, progress: progress)
        }
        return try await inSession(place) {
            let head = try await throughAttention(tasks.unscaled(latents), place)
            return try await tiles(place, input: head, journal, progress)
        }
    }

    private func requireDevice(_ what: String) throws -> any Executor {
        if let device { return device }
        throw ClusterError(
            .configuration, "\(what) is not shared out, and this coordinator has no device",
            remedy: "use --vae-tiling exact")
    }

    private func inSession(
        _ place: TilePlace.Pass, _ body: () async throws -> Tensor
    ) async throws -> Tensor {
        do {
            let result = try await body()
            await farm.endSession(place.session)
            return result
        } catch {
            await farm.endSession(place.session)
            throw error
        }
    }

    private func tiles(
        _ place: TilePlace.Pass, input: Tensor, _ journal: (any TileJournal)?,
        _ progress: @escaping @Sendable (Double) -> Void
    ) async throws -> Tensor {
        let pass = tasks.autoencoder.pass(place)
        if pass.grid.count == 1 {
            return try await farm.perform(tasks.whole(place, pass, input: input), in: job, progress: progress)
                .tensors[0]
        }
        let session = FarmTileSession(
            place, pass, input: input, tasks: tasks, farm: farm, job: job, batchWork: sharing.batchWork)
        return try await session.run(pass, journal: journal, progress: progress)
    }

    /// What comes before the attention over all positions, and the attention. Where that is shared out, everybody makes what
    /// comes before by themselves: among equal hosts it takes no longer than one alone would, and it is not sent twice.
    private func throughAttention(_ input: Tensor, _ place: TilePlace.Pass) async throws -> Tensor {
        if let attended = try await attend(input, place) { return attended }
        let part = place.direction == .decode ? AutoencoderPart.decodeBeforeAttention : .encodeBeforeAttention
        return try await farm.perform(tasks.part(part, input), in: job).tensors[0]
    }

    /// The attention over all positions of a map, in as many stretches as keep everybody busy; nil for a model without.
    /// For its input see ``TaskMaker/attend(_:_:_:_:position:)``.
    private func attend(_ input: Tensor, _ place: TilePlace.Pass) async throws -> Tensor? {
        guard let attention = tasks.autoencoder.attention(place.direction) else { return nil }
        let positions = input.shape[1] * input.shape[2]
        let stretches = await sharing.stretches(of: positions, farm)
        let rows = try await withThrowingTaskGroup(of: (Range<Int>, Tensor).self) { group in
            for (index, stretch) in stretches.enumerated() {
                group.addTask {
                    let task = tasks.attend(
                        stretch, input, place, attention,
                        position: TaskPosition(index, of: stretches.count))
                    return (stretch, try await farm.perform(task, in: job).tensors[0])
                }
            }
            var result = Tensor(shape: [1, positions, 1, attention.channels])
            for try await (stretch, rows) in group { result.place(rows, top: stretch.lowerBound, left: 0) }
            return result
        }
        return rows.reshaped([1, input.shape[1], input.shape[2], attention.channels])
    }
}
