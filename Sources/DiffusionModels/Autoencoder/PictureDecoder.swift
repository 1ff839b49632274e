import Tensors

/// Latents to pictures (diffusers `Decoder`).
struct PictureDecoder: Sendable {
    private let convIn: Convolution
    private let middle: AutoencoderMiddleBlock
    private let levels: [Level]
    private let normOut: GroupNorm
    private let convOut: Convolution

    private struct Level: Sendable {
        let blocks: [ResidualBlock]
        let upsample: Convolution?
    }

    init(_ weights: WeightScope, _ configuration: AutoencoderConfiguration) throws(ModelError) {
        let channels = Array(configuration.channels.reversed())
        convIn = try weights.convolution("conv_in", inputs: configuration.latentChannels, outputs: channels[0])
        middle = try AutoencoderMiddleBlock(weights("mid_block"), channels: channels[0], configuration)
        var levels: [Level] = []
        for index in channels.indices {
            let scope = weights("up_blocks")[index]
            var upsample: Convolution?
            if index < channels.count - 1 {
                upsample = try scope("upsamplers")[0].convolution(
                    "conv", inputs: channels[index], outputs: channels[index])
            }
            levels.append(
                Level(
                    blocks: try [ResidualBlock](
                        scope, inputs: index == 0 ? channels[0] : channels[index - 1], outputs: channels[index],
                        count: configuration.layersPerBlock + 1, configuration),
                    upsample: upsample))
        }
        self.levels = levels
        let finest = channels[channels.count - 1]
        normOut = try weights.groupNorm(
            "conv_norm_out", channels: finest, groups: configuration.normGroups,
            epsilon: AutoencoderMiddleBlock.epsilon)
        convOut = try weights.convolution("conv_out", inputs: finest, outputs: configuration.pictureChannels)
    }

    func callAsFunction(_ latents: Tensor, on backend: any ComputeBackend) -> Tensor {
        var x = middle(backend.convolution(latents, convIn), on: backend)
        for level in levels {
            for block in level.blocks { x = block(x, on: backend) }
            if let upsample = level.upsample {
                x = backend.convolution(
                    backend.resizeNearest(x, height: 2 * x.shape[1], width: 2 * x.shape[2]), upsample)
            }
        }
        return backend.convolution(backend.groupNorm(x, normOut, activation: .silu), convOut)
    }
}
