package import DiffusionModels
package import Tensors

/// What a UNet pass is given, both branches at a time.
package struct UNetInputs: Sendable {
    private let latents: Tensor
    private let timestep: Float
    private let context: Tensor
    private let pooled: Tensor?
    private let timeIDs: [[Float]]

    /// Noise.
    ///
    /// - Parameters:
    ///   - configuration: whose shapes are needed.
    ///   - edge: rows and columns of latents.
    package init(random configuration: UNetConfiguration, edge: Int) {
        var random = RandomInputs()
        latents = random.tensor(2, edge, edge, configuration.inputChannels)
        timestep = 500
        let size = Float(8 * edge)
        context = random.tensor(2, 77, configuration.levels.last?.contextWidth ?? 1)
        pooled = configuration.addition.map { random.tensor(2, $0.pooledWidth) }
        timeIDs = Array(repeating: [size, size, 0, 0, size, size], count: 2)
    }

    /// Those of a file, as the comparison with other programs writes it.
    ///
    /// - Parameter path: a safetensors file with `latents` (`[batch, height, width, channels]`), `timestep` (`[1]`),
    ///   `context` (`[batch, tokens, width]`) and for SDXL `pooled` (`[batch, width]`) and `time_ids` (`[batch, 6]`).
    /// - Throws: `SafetensorsError` for a file that cannot be read or lacks one of them.
    package init(path: String) throws {
        let file = try SafetensorsFile(path: path)
        latents = try file.tensor("latents")
        timestep = try file.tensor("timestep").values.first ?? 0
        let ids = file.tensors["time_ids"] == nil ? [] : try file.tensor("time_ids").values
        context = try file.tensor("context")
        pooled = file.tensors["pooled"] == nil ? nil : try file.tensor("pooled")
        timeIDs = stride(from: 0, to: ids.count, by: 6).map { Array(ids[$0..<min($0 + 6, ids.count)]) }
    }

    /// What the passes of a picture share.
    package func conditioning(of unet: UNet, on backend: any ComputeBackend) -> UNetConditioning {
        UNetConditioning(memory: unet.memory(of: context, on: backend), pooled: pooled, timeIDs: timeIDs)
    }

    /// The prediction of one step.
    package func predict(_ unet: UNet, _ conditioning: UNetConditioning, on backend: any ComputeBackend) -> Tensor {
        unet(latents, timestep: timestep, conditioning: conditioning, on: backend)
    }

    /// Multiplications and additions.
    package func operations(of unet: UNet) -> Double {
        Double(latents.shape[0]) * unet.configuration.cost(height: latents.shape[1], width: latents.shape[2]).operations
    }
}
