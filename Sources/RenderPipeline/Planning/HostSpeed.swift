public import DiffusionModels
import Tensors

/// Multiplications and additions a second, measured with a model on an executor.
public struct HostSpeed: Sendable, Hashable {
    /// In UNet passes.
    public var unet: Double
    /// In encodes and decodes.
    public var autoencoder: Double

    /// Measures with passes that are small, yet large enough to be typical: some seconds for the largest models.
    ///
    /// - Parameters:
    ///   - executor: what computes.
    ///   - model: its model.
    /// - Throws: what the executor throws.
    public init(measuring executor: some Executor, model: DiffusionModel) async throws {
        let channels = model.autoencoder.configuration.latentChannels
        func latents(_ edge: Int) -> Tensor {
            var generator = TorchGenerator(seed: 0)
            return generator.randn(shape: [1, edge, edge, channels])
        }
        let unetEdge = Self.edge(within: 3e11) { model.unet.configuration.cost(height: $0, width: $0).operations }
        let branches = try await executor.encodePrompt("", negative: .unused)
        let size = Extent(height: model.nativeSize, width: model.nativeSize)
        unet =
            model.unet.configuration.cost(height: unetEdge, width: unetEdge).operations
            / (try await Self.seconds {
                _ = try await executor.predictNoise(latents(unetEdge), timestep: 500, branches: branches, size: size)
            })
        let edge = Self.edge(within: 1e11) { model.autoencoder.decodeCost(height: $0, width: $0, core: nil).operations }
        autoencoder =
            model.autoencoder.decodeCost(height: edge, width: edge, core: nil).operations
            / (try await Self.seconds {
                _ = try await executor.decode(latents(edge), tiling: .exact(core: nil)) { _ in }
            })
    }

    /// Known figures.
    public init(unet: Double, autoencoder: Double) {
        self.unet = unet
        self.autoencoder = autoencoder
    }

    /// The largest edge in latent cells whose pass takes no more operations than this.
    private static func edge(within operations: Double, _ cost: (Int) -> Double) -> Int {
        stride(from: 64, to: 8, by: -8).first { cost($0) <= operations } ?? 8
    }

    /// The shorter of two times: the first may have to read weights from the disk.
    private static func seconds(_ body: () async throws -> Void) async throws -> Double {
        var best = Double.infinity
        for _ in 0..<2 {
            let start = ContinuousClock.now
            try await body()
            best = min(best, (ContinuousClock.now - start) / .seconds(1))
        }
        return best
    }

    /// The seconds that a stage will take.
    public func seconds(for cost: StageCost) -> Double {
        cost.operations.denoise / unet + (cost.operations.encode + cost.operations.decode) / autoencoder
    }
}
