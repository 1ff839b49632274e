import Tensors

/// Pictures to the parameters of their posterior (diffusers `Encoder`).
struct PictureEncoder: Sendable {
    private let convIn: Convolution
    private let levels: [Level]
    private let middle: AutoencoderMiddleBlock
    private let normOut: GroupNorm
    private let convOut: Convolution

    private struct Level: Sendable {
        let blocks: [ResidualBlock]
        let downsample: Convolution?
    }

    init(_ weights: WeightScope, _ configuration: AutoencoderConfiguration) throws(ModelError) {
        let channels = configuration.channels
        let coarsest = channels[channels.count - 1]
        convIn = try weights.convolution("conv_in", inputs: configuration.pictureChannels, outputs: channels[0])
        var levels: [Level] = []
        for index in channels.indices {
            let scope = weights("down_blocks")[index]
            var downsample: Convolution?
            if index < channels.count - 1 {
                downsample = try scope("downsamplers")[0].convolution(
                    "conv", inputs: channels[index], outputs: channels[index], stride: 2,
                    padding: Padding(top: 0, left: 0, bottom: 1, right: 1))
            }
            levels.append(
                Level(
                    blocks: try [ResidualBlock](
                        scope, inputs: index == 0 ? channels[0] : channels[index - 1], outputs: channels[index],
                        count: configuration.layersPerBlock, configuration),
                    downsample: downsample))
        }
        self.levels = levels
        middle = try AutoencoderMiddleBlock(weights("mid_block"), channels: coarsest, configuration)
        normOut = try weights.groupNorm(
            "conv_norm_out", channels: coarsest, groups: configuration.normGroups,
            epsilon: AutoencoderMiddleBlock.epsilon)
        convOut = try weights.convolution("conv_out", inputs: coarsest, outputs: 2 * configuration.latentChannels)
    }

    func callAsFunction(_ picture: Tensor, on backend: any ComputeBackend) -> Tensor {
        var x = backend.convolution(picture, convIn)
        for level in levels {
            for block in level.blocks { x = block(x, on: backend) }
            if let downsample = level.downsample { x = backend.convolution(x, downsample) }
        }
        x = middle(x, on: backend)
        return backend.convolution(backend.groupNorm(x, normOut, activation: .silu), convOut)
    }
}
