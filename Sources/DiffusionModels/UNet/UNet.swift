public import Tensors

/// The denoiser of the Stable Diffusion families (diffusers `UNet2DConditionModel`).
public struct UNet: Sendable {
    /// What its configuration file says.
    public let configuration: UNetConfiguration
    private let timeEmbedding: SinusoidalEmbedding
    private let timeProjection: EmbeddingProjection
    private let sizeEmbedding: SinusoidalEmbedding?
    private let additionProjection: EmbeddingProjection?
    private let convIn: Convolution
    private let down: [UNetDownBlock]
    private let middle: UNetMiddleBlock?
    private let up: [UNetUpBlock]
    private let normOut: GroupNorm
    private let convOut: Convolution

    init(_ weights: WeightScope, _ configuration: UNetConfiguration) throws(ModelError) {
        self.configuration = configuration
        let levels = configuration.levels
        let base = levels[0].channels
        let timeWidth = 4 * base
        let groups = configuration.normGroups
        timeEmbedding = SinusoidalEmbedding(
            width: base, cosinesFirst: configuration.cosinesFirst, frequencyShift: configuration.frequencyShift)
        timeProjection = try EmbeddingProjection(weights("time_embedding"), inputs: base, outputs: timeWidth)
        if let addition = configuration.addition {
            sizeEmbedding = SinusoidalEmbedding(
                width: addition.timeWidth, cosinesFirst: configuration.cosinesFirst,
                frequencyShift: configuration.frequencyShift)
            additionProjection = try EmbeddingProjection(
                weights("add_embedding"), inputs: addition.inputWidth, outputs: timeWidth)
        } else {
            sizeEmbedding = nil
            additionProjection = nil
        }
        convIn = try weights.convolution("conv_in", inputs: configuration.inputChannels, outputs: base)

        var down: [UNetDownBlock] = []
        // What every skip connection carries, in the order in which the way down makes them.
        var skips = [base]
        for index in levels.indices {
            let block = try UNetDownBlock(
                weights("down_blocks")[index], level: levels[index],
                inputs: index == 0 ? base : levels[index - 1].channels,
                isLast: index == levels.count - 1, timeWidth: timeWidth, configuration)
            down.append(block)
            skips += Array(repeating: levels[index].channels, count: block.skipCount)
        }
        self.down = down
        let coarsest = levels[levels.count - 1]
        middle =
            configuration.hasMiddleBlock
            ? try UNetMiddleBlock(weights("mid_block"), level: coarsest, timeWidth: timeWidth, configuration) : nil

        var up: [UNetUpBlock] = []
        var channels = coarsest.channels
        for (index, level) in levels.reversed().enumerated() {
            let taken = Array(skips.suffix(level.layers + 1).reversed())
            skips.removeLast(taken.count)
            up.append(
                try UNetUpBlock(
                    weights("up_blocks")[index], level: level, inputs: channels, skips: taken,
                    isLast: index == levels.count - 1, timeWidth: timeWidth, configuration))
            channels = level.channels
        }
        self.up = up
        normOut = try weights.groupNorm(
            "conv_norm_out", channels: base, groups: groups, epsilon: configuration.normEpsilon)
        convOut = try weights.convolution("conv_out", inputs: base, outputs: configuration.outputChannels)
    }

    /// What a pass attends to in a text encoding. It is the same for every step of a picture, so it is worth keeping.
    ///
    /// - Parameters:
    ///   - context: the text encoding, `[batch, tokens, width]`.
    ///   - backend: where it is computed.
    /// - Returns: the keys and values of every cross-attention.
    public func memory(of context: Tensor, on backend: any ComputeBackend) -> UNetMemory {
        UNetMemory(
            down: down.map { $0.memory(of: context, on: backend) },
            middle: middle?.memory(of: context, on: backend) ?? [],
            up: up.map { $0.memory(of: context, on: backend) })
    }

    /// Predicts the noise (or the velocity) in latents.
    ///
    /// - Parameters:
    ///   - latents: scaled for the model, `[batch, height, width, channels]`.
    ///   - timestep: from 0 (clean) to the number of training steps; may be fractional.
    ///   - conditioning: what is drawn, with as many batch items as the latents.
    ///   - backend: where it is computed.
    /// - Returns: the shape of `latents`.
    public func callAsFunction(
        _ latents: Tensor, timestep: Float, conditioning: UNetConditioning, on backend: any ComputeBackend
    ) -> Tensor {
        TensorMemory.reusing { predict(latents, timestep: timestep, conditioning: conditioning, on: backend) }
    }

    private func predict(
        _ latents: Tensor, timestep: Float, conditioning: UNetConditioning, on backend: any ComputeBackend
    ) -> Tensor {
        let time = backend.activate(
            embedding(timestep, conditioning, batch: latents.shape[0], on: backend), .silu)
        var x = backend.convolution(latents, convIn)
        var skips = [x]
        for (block, memory) in zip(down, conditioning.memory.down) {
            x = block(x, time: time, memory: memory, skips: &skips, on: backend)
        }
        if let middle { x = middle(x, time: time, memory: conditioning.memory.middle, on: backend) }
        for (block, memory) in zip(up, conditioning.memory.up) {
            x = block(x, time: time, memory: memory, skips: &skips, on: backend)
        }
        return backend.convolution(backend.groupNorm(x, normOut, activation: .silu), convOut)
    }

    /// The timestep embedding with SDXL's additions, `[batch, 4 × channels]`.
    private func embedding(
        _ timestep: Float, _ conditioning: UNetConditioning, batch: Int, on backend: any ComputeBackend
    ) -> Tensor {
        let time = timeProjection(timeEmbedding([timestep]), on: backend)
        let times = Tensor(joining: Array(repeating: time, count: batch))
        guard let sizeEmbedding, let additionProjection, let pooled = conditioning.pooled else { return times }
        let rows = (0..<batch).map { item in
            backend.concatenateChannels(pooled.batchItem(item), sizeEmbedding(conditioning.timeIDs[item]))
        }
        return backend.add(times, additionProjection(Tensor(joining: rows), on: backend))
    }
}

/// The keys and values of a text encoding in every cross-attention of a UNet, see ``UNet/memory(of:on:)``.
public struct UNetMemory: Sendable {
    let down: [LevelMemory]
    let middle: SpatialTransformer.Memory
    let up: [LevelMemory]
}

/// What a UNet pass is told beside the latents.
public struct UNetConditioning: Sendable {
    /// The text encoding, as ``UNet/memory(of:on:)`` of the same UNet gives it.
    public var memory: UNetMemory
    /// SDXL's pooled text embedding, `[batch, width]`; nil for other models.
    public var pooled: Tensor?
    /// SDXL's size conditions for each batch item: original height and width, crop top and left, target height and
    /// width, in pixels. Ignored by other models.
    public var timeIDs: [[Float]]

    /// - Parameters:
    ///   - memory: the text encoding, with as many batch items as the latents.
    ///   - pooled: SDXL's pooled text embedding, `[batch, width]`.
    ///   - timeIDs: SDXL's six size conditions for each batch item.
    public init(memory: UNetMemory, pooled: Tensor? = nil, timeIDs: [[Float]] = []) {
        self.memory = memory
        self.pooled = pooled
        self.timeIDs = timeIDs
    }
}
