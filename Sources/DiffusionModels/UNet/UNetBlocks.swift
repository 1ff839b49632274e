import Tensors

/// A residual block and the transformer that may follow it.
private struct AttendingBlock: Sendable {
    let residual: ResidualBlock
    let transformer: SpatialTransformer?

    init(
        _ weights: WeightScope, index: Int, inputs: Int, level: UNetConfiguration.Level, transformerLayers: Int?,
        timeWidth: Int, _ configuration: UNetConfiguration
    ) throws(ModelError) {
        residual = try ResidualBlock(
            weights("resnets")[index], inputs: inputs, outputs: level.channels, timeWidth: timeWidth,
            groups: configuration.normGroups, epsilon: configuration.normEpsilon)
        if let transformerLayers {
            transformer = try SpatialTransformer(
                weights("attentions")[index], level: level, layers: transformerLayers, configuration)
        } else {
            transformer = nil
        }
    }

    func memory(of context: Tensor, on backend: any ComputeBackend) -> SpatialTransformer.Memory {
        transformer?.memory(of: context, on: backend) ?? []
    }

    func callAsFunction(
        _ x: Tensor, time: Tensor, memory: SpatialTransformer.Memory, on backend: any ComputeBackend
    ) -> Tensor {
        let h = residual(x, time: time, on: backend)
        return transformer.map { $0(h, memory: memory, on: backend) } ?? h
    }
}

/// What the transformers of one level attend to in a text encoding: nothing for a layer without one.
typealias LevelMemory = [SpatialTransformer.Memory]

extension SpatialTransformer {
    fileprivate init(
        _ weights: WeightScope, level: UNetConfiguration.Level, layers: Int, _ configuration: UNetConfiguration
    ) throws(ModelError) {
        try self.init(
            weights, channels: level.channels, contextWidth: level.contextWidth, heads: level.heads, layers: layers,
            groups: configuration.normGroups, storedAsConvolution: !configuration.usesLinearProjection)
    }
}

/// One level on the way down (diffusers `DownBlock2D`, `CrossAttnDownBlock2D`).
struct UNetDownBlock: Sendable {
    private let layers: [AttendingBlock]
    private let downsample: Convolution?

    init(
        _ weights: WeightScope, level: UNetConfiguration.Level, inputs: Int, isLast: Bool, timeWidth: Int,
        _ configuration: UNetConfiguration
    ) throws(ModelError) {
        var layers: [AttendingBlock] = []
        for index in 0..<level.layers {
            layers.append(
                try AttendingBlock(
                    weights, index: index, inputs: index == 0 ? inputs : level.channels, level: level,
                    transformerLayers: level.downAttends ? level.downTransformerLayers : nil, timeWidth: timeWidth,
                    configuration))
        }
        self.layers = layers
        if isLast {
            downsample = nil
        } else {
            downsample = try weights("downsamplers")[0].convolution(
                "conv", inputs: level.channels, outputs: level.channels, stride: 2,
                padding: configuration.downsamplePadsAllSides
                    ? Padding(1) : Padding(top: 0, left: 0, bottom: 1, right: 1))
        }
    }

    /// How many skip connections begin here.
    var skipCount: Int { layers.count + (downsample == nil ? 0 : 1) }

    func memory(of context: Tensor, on backend: any ComputeBackend) -> LevelMemory {
        layers.map { $0.memory(of: context, on: backend) }
    }

    func callAsFunction(
        _ input: Tensor, time: Tensor, memory: LevelMemory, skips: inout [Tensor], on backend: any ComputeBackend
    ) -> Tensor {
        var x = input
        for (layer, memory) in zip(layers, memory) {
            x = layer(x, time: time, memory: memory, on: backend)
            skips.append(x)
        }
        if let downsample {
            x = backend.convolution(x, downsample)
            skips.append(x)
        }
        return x
    }
}

/// The coarsest level, between the ways down and up (diffusers `UNetMidBlock2DCrossAttn`).
struct UNetMiddleBlock: Sendable {
    private let first: AttendingBlock
    private let second: AttendingBlock

    init(
        _ weights: WeightScope, level: UNetConfiguration.Level, timeWidth: Int, _ configuration: UNetConfiguration
    ) throws(ModelError) {
        first = try AttendingBlock(
            weights, index: 0, inputs: level.channels, level: level, transformerLayers: level.downTransformerLayers,
            timeWidth: timeWidth, configuration)
        second = try AttendingBlock(
            weights, index: 1, inputs: level.channels, level: level, transformerLayers: nil, timeWidth: timeWidth,
            configuration)
    }

    func memory(of context: Tensor, on backend: any ComputeBackend) -> SpatialTransformer.Memory {
        first.memory(of: context, on: backend)
    }

    func callAsFunction(
        _ x: Tensor, time: Tensor, memory: SpatialTransformer.Memory, on backend: any ComputeBackend
    ) -> Tensor {
        let h = first(x, time: time, memory: memory, on: backend)
        return second(h, time: time, memory: [], on: backend)
    }
}

/// One level on the way up (diffusers `UpBlock2D`, `CrossAttnUpBlock2D`).
struct UNetUpBlock: Sendable {
    private let layers: [AttendingBlock]
    private let upsample: Convolution?

    /// - Parameters:
    ///   - weights: where the block's tensors are.
    ///   - level: channels, heads and transformers of this resolution.
    ///   - inputs: channels of what comes from the coarser level.
    ///   - skips: channels of the skip connections that end here, in the order in which they are used.
    ///   - isLast: whether this is the finest level, after which nothing is upsampled.
    ///   - timeWidth: width of the timestep embedding.
    ///   - configuration: normalisation and projection settings that all levels share.
    /// - Throws: ``ModelError`` for a tensor that is missing or has another shape than the configuration says.
    init(
        _ weights: WeightScope, level: UNetConfiguration.Level, inputs: Int, skips: [Int], isLast: Bool,
        timeWidth: Int, _ configuration: UNetConfiguration
    ) throws(ModelError) {
        var layers: [AttendingBlock] = []
        for (index, skip) in skips.enumerated() {
            layers.append(
                try AttendingBlock(
                    weights, index: index, inputs: (index == 0 ? inputs : level.channels) + skip, level: level,
                    transformerLayers: level.upAttends ? level.upTransformerLayers : nil, timeWidth: timeWidth,
                    configuration))
        }
        self.layers = layers
        if isLast {
            upsample = nil
        } else {
            upsample = try weights("upsamplers")[0].convolution(
                "conv", inputs: level.channels, outputs: level.channels)
        }
    }

    func memory(of context: Tensor, on backend: any ComputeBackend) -> LevelMemory {
        layers.map { $0.memory(of: context, on: backend) }
    }

    func callAsFunction(
        _ input: Tensor, time: Tensor, memory: LevelMemory, skips: inout [Tensor], on backend: any ComputeBackend
    ) -> Tensor {
        var x = input
        for (layer, memory) in zip(layers, memory) {
            x = layer(backend.concatenateChannels(x, skips.removeLast()), time: time, memory: memory, on: backend)
        }
        guard let upsample, let next = skips.last else { return x }
        // To the size of the next skip connection: sizes that were odd on the way down are odd again.
        return backend.convolution(
            backend.resizeNearest(x, height: next.shape[1], width: next.shape[2]), upsample)
    }
}
