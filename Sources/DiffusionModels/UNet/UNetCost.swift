import Tensors

/// What a UNet pass takes for one branch of the guidance, from the sizes alone.
public struct UNetCost: Sendable, Hashable {
    /// Multiplications and additions.
    public var operations: Double
    /// The most bytes of tensors at a time, what is kept of the text encoding from one pass to the next included, and of
    /// what convolutions take beside them.
    public var memory: Int
}

extension UNetConfiguration {
    /// What a pass takes for one branch.
    ///
    /// - Parameters:
    ///   - height: rows of latents.
    ///   - width: columns of latents.
    ///   - tokens: tokens of the text encoding.
    /// - Returns: work and memory.
    public func cost(height: Int, width: Int, tokens: Int = 77) -> UNetCost {
        var walk = UNetWalk(configuration: self, tokens: tokens, height: height, width: width)
        walk.run()
        return UNetCost(
            operations: walk.operations,
            memory: (walk.peak + walk.contextMemory) * MemoryLayout<Float>.stride + walk.convolutionMemory)
    }
}

/// Goes through the layers as ``UNet`` does and adds up what they take; memory in elements.
private struct UNetWalk {
    let configuration: UNetConfiguration
    let tokens: Int
    var height: Int
    var width: Int
    var operations = 0.0
    var peak = 0
    /// Bytes that a convolution takes beside its input and its result, at most. Weights stay as they are stored.
    var convolutionMemory = 0
    /// Elements of the keys and values of the text encoding.
    var contextMemory = 0
    /// Elements that callers hold beside the skip connections while a block runs.
    private var callers = 0
    /// The skip connections that are held, with the channels and the size of each.
    private var skips: [(channels: Int, height: Int, width: Int)] = []
    /// Channels of the feature map that is passed on.
    private var channels = 0

    init(configuration: UNetConfiguration, tokens: Int, height: Int, width: Int) {
        self.configuration = configuration
        self.tokens = tokens
        self.height = height
        self.width = width
    }

    private var cells: Int { height * width }
    private var held: Int { skips.reduce(0) { $0 + $1.channels * $1.height * $1.width } }

    mutating func run() {
        let levels = configuration.levels
        convolve(configuration.inputChannels, levels[0].channels)
        channels = levels[0].channels
        keep()
        for (index, level) in levels.enumerated() {
            for _ in 0..<level.layers {
                residual(level.channels)
                if level.downAttends { transformer(level, layers: level.downTransformerLayers) }
                keep()
            }
            if index < levels.count - 1 {
                // Even sizes are halved; of odd ones all-round padding keeps the last row.
                let rest = configuration.downsamplePadsAllSides ? 1 : 0
                (height, width) = ((height + rest) / 2, (width + rest) / 2)
                convolve(channels, channels)
                keep()
            }
        }
        if configuration.hasMiddleBlock, let level = levels.last {
            residual(level.channels)
            transformer(level, layers: level.downTransformerLayers)
            residual(level.channels)
        }
        for (index, level) in levels.reversed().enumerated() {
            let input = cells * channels
            for layer in 0...level.layers {
                let skip = skips.removeLast()
                let before = layer == 0 ? 0 : cells * channels
                // What the block and the layer before gave, the skip connection, and both side by side.
                use(channels + 2 * skip.channels, also: input + before)
                channels += skip.channels
                let joined = cells * channels
                callers = input + before
                residual(level.channels)
                callers += joined
                if level.upAttends { transformer(level, layers: level.upTransformerLayers) }
                callers = 0
            }
            if index < levels.count - 1, let next = skips.last {
                let before = cells * channels
                (height, width) = (next.height, next.width)
                use(2 * channels, also: before)
                callers = before
                convolve(channels, channels)
                callers = 0
            }
        }
        use(2 * channels)
        convolve(channels, configuration.outputChannels)
    }

    private mutating func keep() { skips.append((channels, height, width)) }

    /// Takes note of a moment at which maps of so many channels exist beside the skip connections.
    private mutating func use(_ channels: Int, also others: Int = 0) {
        peak = max(peak, held + callers + channels * cells + others)
    }

    private mutating func convolve(_ inputs: Int, _ outputs: Int, kernel: Int = 3) {
        operations += 2 * Double(cells * kernel * kernel) * Double(inputs) * Double(outputs)
        if kernel > 1 {
            convolutionMemory = max(
                convolutionMemory,
                ConvolutionMethod.sharedMemory(inputs: inputs, outputs: outputs, height: height, width: width))
        }
        use(inputs + outputs)
    }

    private mutating func multiply(_ rows: Int, _ inputs: Int, _ outputs: Int) {
        operations += 2 * Double(rows) * Double(inputs) * Double(outputs)
    }

    private mutating func residual(_ outputs: Int) {
        convolve(channels, outputs)
        convolve(outputs, outputs)
        if channels != outputs { convolve(channels, outputs, kernel: 1) }
        multiply(1, 4 * configuration.levels[0].channels, outputs)
        // The input, its normalised copy and the first result; then the input, that result, its copy and the second.
        use(max(2 * channels + outputs, channels + 3 * outputs))
        channels = outputs
    }

    private mutating func transformer(_ level: UNetConfiguration.Level, layers: Int) {
        let width = level.channels
        multiply(2 * cells, width, width)
        for _ in 0..<layers {
            multiply(6 * cells, width, width)
            multiply(2 * tokens, level.contextWidth, width)
            contextMemory += 2 * tokens * width
            operations += 4 * Double(cells) * Double(cells + tokens) * Double(width)
            multiply(cells, width, 8 * width)
            multiply(cells, 4 * width, width)
        }
        // The input, the tokens before and after the attentions, and the gated layer with the 8-fold and the 4-fold width.
        use(15 * width)
    }
}
