package import DiffusionModels
package import Tensors

/// Encodes and decodes on this host, within its memory.
package actor LocalAutoencoder {
    private let autoencoder: Autoencoder
    private let backend: any ComputeBackend
    private let memory: MemoryBudget
    private let thread: ComputeThread

    package nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    init(_ autoencoder: Autoencoder, backend: any ComputeBackend, memory: MemoryBudget, thread: ComputeThread) {
        self.autoencoder = autoencoder
        self.backend = backend
        self.memory = memory
        self.thread = thread
    }

    /// An autoencoder by itself, on a compute thread of its own.
    package init(_ autoencoder: Autoencoder, backend: any ComputeBackend, memory: MemoryBudget) {
        self.init(
            autoencoder, backend: backend, memory: memory, thread: ComputeThread(name: "apldm-compute-0"))
    }

    /// See ``Executor/encode(_:tiling:journal:progress:)``.
    package func encode(
        _ picture: Tensor, tiling: AutoencoderTiling<EncodeTiling>, journal: (any TileJournal)? = nil,
        progress: @escaping @Sendable (Double) -> Void = { _ in }
    ) async throws -> Tensor {
        try await TensorMemory.reusing { try await encoded(picture, tiling, journal, progress) }
    }

    private func encoded(
        _ picture: Tensor, _ tiling: AutoencoderTiling<EncodeTiling>, _ journal: (any TileJournal)?,
        _ progress: @escaping @Sendable (Double) -> Void
    ) async throws -> Tensor {
        let mean: Tensor
        switch tiling {
        case .approximate(let geometry):
            mean = autoencoder.posteriorMean(of: picture, tiling: geometry, on: backend)
        case .exact(let core):
            let factor = autoencoder.configuration.factor
            let (height, width) = (picture.shape[1] / factor, picture.shape[2] / factor)
            let map = try await run(
                autoencoder.encodePass(height: height, width: width, core: core), input: picture,
                autoencoder.encodeCost(height: height, width: width, core: core), journal, progress)
            mean = autoencoder.posteriorMean(tail: map, on: backend)
        }
        return mean.scaled(by: autoencoder.configuration.scalingFactor)
    }

    /// See ``Executor/decode(_:tiling:journal:progress:)``.
    package func decode(
        _ latents: Tensor, tiling: AutoencoderTiling<DecodeTiling>, journal: (any TileJournal)? = nil,
        progress: @escaping @Sendable (Double) -> Void = { _ in }
    ) async throws -> Tensor {
        try await TensorMemory.reusing { try await decoded(latents, tiling, journal, progress) }
    }

    private func decoded(
        _ latents: Tensor, _ tiling: AutoencoderTiling<DecodeTiling>, _ journal: (any TileJournal)?,
        _ progress: @escaping @Sendable (Double) -> Void
    ) async throws -> Tensor {
        let unscaled = latents.divided(by: autoencoder.configuration.scalingFactor)
        switch tiling {
        case .approximate(let geometry): return autoencoder.decode(unscaled, tiling: geometry, on: backend)
        case .exact(let core):
            let (height, width) = (latents.shape[1], latents.shape[2])
            return try await run(
                autoencoder.decodePass(height: height, width: width, core: core),
                input: autoencoder.decoderHead(unscaled, on: backend),
                autoencoder.decodeCost(height: height, width: width, core: core), journal, progress)
        }
    }

    private func run(
        _ pass: TiledPass, input: Tensor, _ cost: AutoencoderCost, _ journal: (any TileJournal)?,
        _ progress: @escaping @Sendable (Double) -> Void
    ) async throws -> Tensor {
        let left = memory.left(beside: cost.leastMemory)
        // Without a scratch file the tiles that find no memory are computed again.
        let scratch =
            left < cost.waitingMemory ? memory.scratchFolder.flatMap { try? ScratchFile(folder: $0) } : nil
        let workshop = TileWorkshop(
            pass, input: input, parking: TileParking(memory: left, scratch: scratch), on: backend)
        return try await LocalTileSession(workshop, thread: thread).run(pass, journal: journal, progress: progress)
    }
}
