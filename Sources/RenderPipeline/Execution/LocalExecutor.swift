public import DiffusionModels
public import Tensors

/// Carries out the operations on this host, on a compute thread of its own.
public actor LocalExecutor: Executor {
    private let diffusion: DiffusionModel
    private let backend: any ComputeBackend
    private let memory: MemoryBudget
    private let autoencoder: LocalAutoencoder
    private let thread: ComputeThread
    /// What this host computes of passes that several share; it takes turns with everything else.
    package nonisolated let shared: SharedAutoencoder
    /// See ``Executor/model``.
    public nonisolated let model: ModelProperties

    /// The compute thread: no operation occupies the threads that asynchronous code shares.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    /// - Parameters:
    ///   - model: what draws.
    ///   - backend: what it is computed on.
    ///   - memory: what tensors may take.
    public init(model: DiffusionModel, backend: any ComputeBackend, memory: MemoryBudget = .unlimited) {
        diffusion = model
        self.backend = backend
        self.memory = memory
        thread = ComputeThread(name: "apldm-compute-0")
        autoencoder = LocalAutoencoder(model.autoencoder, backend: backend, memory: memory, thread: thread)
        shared = SharedAutoencoder(model.autoencoder, backend: backend, memory: memory, thread: thread)
        self.model = ModelProperties(model)
    }

    /// See ``Executor/encodePrompt(_:negative:)``.
    public func encodePrompt(_ prompt: String, negative: NegativePrompt) -> [PromptEncoder.Encoding] {
        let positive = diffusion.prompts.encode(prompt, on: backend)
        return switch negative {
        case .unused: [positive]
        case .absent: [diffusion.prompts.encodeNegative(nil, on: backend), positive]
        case .text(let text): [diffusion.prompts.encodeNegative(text, on: backend), positive]
        }
    }

    /// See ``Executor/predictNoise(_:timestep:branches:size:)``.
    public func predictNoise(
        _ latents: Tensor, timestep: Double, branches: [PromptEncoder.Encoding], size: Extent
    ) -> [Tensor] {
        predict(latents, timestep, branches, size, within: latents)
    }

    /// See ``Executor/predictNoise(_:windows:timestep:branches:size:progress:)``. A window after the other: each of them
    /// is summed up before the next is begun.
    public func predictNoise(
        _ latents: Tensor, windows: LatentWindows, timestep: Double, branches: [PromptEncoder.Encoding], size: Extent,
        progress: @escaping @Sendable (Double) -> Void
    ) throws -> [Tensor] {
        var blends = branches.map { _ in WindowBlend(windows, channels: latents.shape[3]) }
        for index in 0..<windows.count {
            try Task.checkCancellation()
            let window = latents.cropped(to: windows.region(index))
            let predictions = predict(window, timestep, branches, size, within: latents)
            for (branch, prediction) in predictions.enumerated() { blends[branch].add(prediction, window: index) }
            progress(Double(index + 1) / Double(windows.count))
        }
        return blends.map(\.prediction)
    }

    /// All branches at a time where there is memory for that beside the loop around this, which holds some more of the
    /// latents that these are all or a part of.
    private func predict(
        _ latents: Tensor, _ timestep: Double, _ branches: [PromptEncoder.Encoding], _ size: Extent,
        within all: Tensor
    ) -> [Tensor] {
        let cost = diffusion.unet.configuration.cost(height: latents.shape[1], width: latents.shape[2])
        let states = 8 * all.count * MemoryLayout<Float>.size
        if branches.count * cost.memory <= memory.left(beside: states) {
            return predict(latents, timestep, branches, size)
        }
        // One after the other takes longer and gives the same bits.
        return branches.flatMap { predict(latents, timestep, [$0], size) }
    }

    private func predict(
        _ latents: Tensor, _ timestep: Double, _ branches: [PromptEncoder.Encoding], _ size: Extent
    ) -> [Tensor] {
        let (height, width) = (Float(size.height), Float(size.width))
        let conditioning = UNetConditioning(
            context: Tensor(joining: branches.map(\.context)),
            pooled: diffusion.family.hasAddition ? Tensor(joining: branches.compactMap(\.pooled)) : nil,
            timeIDs: Array(repeating: [height, width, 0, 0, height, width], count: branches.count))
        let batch = Tensor(joining: Array(repeating: latents, count: branches.count))
        let prediction = diffusion.unet(batch, timestep: Float(timestep), conditioning: conditioning, on: backend)
        return branches.indices.map { prediction.batchItem($0) }
    }

    /// See ``Executor/selfAttend(_:temperature:calibration:)``.
    public func selfAttend(_ latents: Tensor, temperature: Float, calibration: PowerCalibration) -> Tensor {
        backend.selfAttend(latents, temperature: temperature, calibration: calibration)
    }

    /// See ``Executor/resize(_:to:)``.
    public func resize(_ picture: Tensor, to size: Extent) -> Tensor {
        backend.clamp(backend.resizeBicubic(picture, height: size.height, width: size.width), to: -1...1)
    }

    /// See ``Executor/encode(_:tiling:journal:progress:)``.
    public func encode(
        _ picture: Tensor, tiling: AutoencoderTiling<EncodeTiling>, journal: (any TileJournal)?,
        progress: @escaping @Sendable (Double) -> Void
    ) async throws -> Tensor {
        try await autoencoder.encode(picture, tiling: tiling, journal: journal, progress: progress)
    }

    /// See ``Executor/decode(_:tiling:journal:progress:)``.
    public func decode(
        _ latents: Tensor, tiling: AutoencoderTiling<DecodeTiling>, journal: (any TileJournal)?,
        progress: @escaping @Sendable (Double) -> Void
    ) async throws -> Tensor {
        try await autoencoder.decode(latents, tiling: tiling, journal: journal, progress: progress)
    }
}
