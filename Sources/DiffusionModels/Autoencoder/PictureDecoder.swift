import Tensors

/// Latents to pictures (diffusers `Decoder`).
struct PictureDecoder: Sendable {
    /// From the latents to the attention.
    let headChain: LayerChain
    let middle: AutoencoderMiddleBlock
    /// From the attention over all latents to the pixels.
    let chain: LayerChain

    init(_ weights: WeightScope, _ configuration: AutoencoderConfiguration) throws(ModelError) {
        let channels = Array(configuration.channels.reversed())
        let convIn = try weights.convolution("conv_in", inputs: configuration.latentChannels, outputs: channels[0])
        middle = try AutoencoderMiddleBlock(weights("mid_block"), channels: channels[0], configuration)
        headChain = LayerChain(steps: [.convolution(convIn)] + middle.first.steps)
        var steps = middle.second.steps
        for index in channels.indices {
            let scope = weights("up_blocks")[index]
            let blocks = try [ResidualBlock](
                scope, inputs: index == 0 ? channels[0] : channels[index - 1], outputs: channels[index],
                count: configuration.layersPerBlock + 1, configuration)
            steps += blocks.flatMap(\.steps)
            if index < channels.count - 1 {
                steps.append(
                    .upsampledConvolution(
                        try scope("upsamplers")[0].convolution(
                            "conv", inputs: channels[index], outputs: channels[index])))
            }
        }
        let finest = channels[channels.count - 1]
        let normOut = try weights.groupNorm(
            "conv_norm_out", channels: finest, groups: configuration.normGroups,
            epsilon: AutoencoderMiddleBlock.epsilon)
        let convOut = try weights.convolution("conv_out", inputs: finest, outputs: configuration.pictureChannels)
        chain = LayerChain(steps: steps + [.normalizedConvolution(normOut, convOut, .outside)])
    }

    /// What every pixel depends on: the layers up to the attention, over the whole latents.
    ///
    /// - Parameters:
    ///   - latents: `[batch, height, width, latentChannels]`.
    ///   - backend: where it is computed.
    /// - Returns: the input of ``chain``, `[batch, height, width, channels]`.
    func head(_ latents: Tensor, on backend: any ComputeBackend) -> Tensor {
        let map = headChain(latents, on: backend)
        return middle.attention.map { $0(map, on: backend) } ?? map
    }

    func callAsFunction(_ latents: Tensor, on backend: any ComputeBackend) -> Tensor {
        chain(head(latents, on: backend), on: backend)
    }
}
