import DiffusionModels

/// What one stage takes, from the sizes alone.
public struct StageCost: Sendable, Hashable {
    /// Multiplications and additions of one part of a stage.
    public struct Operations: Sendable, Hashable, Codable {
        /// Encoding the picture it starts from.
        public var encode = 0.0
        /// All its UNet passes.
        public var denoise = 0.0
        /// Decoding its latents.
        public var decode = 0.0

        /// All of them.
        public var total: Double { encode + denoise + decode }
    }

    /// A part of a stage and the least memory that it can do with, in bytes, beside the model's weights.
    public struct Need: Sendable, Hashable {
        /// What is done, for a person.
        public var part: String
        /// The least bytes.
        public var least: Int
        /// Bytes with which nothing has to be put aside, split or computed again.
        public var comfortable: Int
    }

    /// Multiplications and additions.
    public var operations = Operations()
    /// The parts in the order in which they run.
    public var needs: [Need] = []
    /// Tiles of its decode; 1 for the whole.
    public var tiles = 1
    /// UNet passes for each prediction of its noise: the windows; 1 for the whole.
    public var passes = 1

    /// - Parameters:
    ///   - stage: what is done.
    ///   - source: the size of the picture it starts from; nil when it starts from noise.
    ///   - branches: how many predictions a step needs.
    ///   - model: what it is done with.
    init(_ stage: RenderPlan.Stage, from source: Extent?, branches: Int, model: DiffusionModel) {
        let cells = stage.latents
        let float = MemoryLayout<Float>.size
        let picture = 3 * float * stage.size.area
        if let source, stage.refines {
            let both = picture + 3 * float * source.area
            needs.append(Need(part: "upsampling", least: both, comfortable: both))
            let cost = stage.encodeTiling.cost(stage.size, model.autoencoder)
            operations.encode = cost.operations
            needs.append(
                Need(part: "encoding", least: cost.leastMemory, comfortable: cost.leastMemory + cost.waitingMemory))
        }
        let window = stage.windows?.window ?? cells
        passes = stage.windows?.count ?? 1
        let pass = model.unet.configuration.cost(height: window.height, width: window.width)
        operations.denoise = pass.operations * Double(branches * stage.stepCount * passes)
        // The latents, the sampler's state, the noise and the predictions.
        let states = 8 * cells.area * model.autoencoder.configuration.latentChannels * float
        needs.append(Need(part: "denoising", least: pass.memory + states, comfortable: branches * pass.memory + states))
        let decode = stage.decodeTiling.cost(stage.size, model.autoencoder)
        operations.decode = decode.operations
        tiles = decode.tiles
        needs.append(
            Need(part: "decoding", least: decode.leastMemory, comfortable: decode.leastMemory + decode.waitingMemory))
    }
}

extension AutoencoderTiling<DecodeTiling> {
    fileprivate func cost(_ size: Extent, _ autoencoder: Autoencoder) -> AutoencoderCost {
        let cells = size.divided(by: autoencoder.configuration.factor)
        switch self {
        case .exact(let core): return autoencoder.decodeCost(height: cells.height, width: cells.width, core: core)
        case .approximate(let geometry):
            return autoencoder.decodeCost(height: cells.height, width: cells.width, tiling: geometry)
        }
    }
}

extension AutoencoderTiling<EncodeTiling> {
    fileprivate func cost(_ size: Extent, _ autoencoder: Autoencoder) -> AutoencoderCost {
        let cells = size.divided(by: autoencoder.configuration.factor)
        switch self {
        case .exact(let core): return autoencoder.encodeCost(height: cells.height, width: cells.width, core: core)
        case .approximate(let geometry):
            return autoencoder.encodeCost(height: cells.height, width: cells.width, tiling: geometry)
        }
    }
}
