import Tensors

/// Pictures to the parameters of their posterior (diffusers `Encoder`).
struct PictureEncoder: Sendable {
    /// From the pixels to the coarsest feature map, before the attention over all of it.
    let chain: LayerChain
    let middle: AutoencoderMiddleBlock
    let beforeAttention: LayerChain
    let afterAttention: LayerChain

    init(_ weights: WeightScope, _ configuration: AutoencoderConfiguration) throws(ModelError) {
        let channels = configuration.channels
        let coarsest = channels[channels.count - 1]
        var steps: [LayerChain.Step] = [
            .convolution(
                try weights.convolution("conv_in", inputs: configuration.pictureChannels, outputs: channels[0]))
        ]
        for index in channels.indices {
            let scope = weights("down_blocks")[index]
            let blocks = try [ResidualBlock](
                scope, inputs: index == 0 ? channels[0] : channels[index - 1], outputs: channels[index],
                count: configuration.layersPerBlock, configuration)
            steps += blocks.flatMap(\.steps)
            if index < channels.count - 1 {
                steps.append(
                    .convolution(
                        try scope("downsamplers")[0].convolution(
                            "conv", inputs: channels[index], outputs: channels[index], stride: 2,
                            padding: Padding(top: 0, left: 0, bottom: 1, right: 1))))
            }
        }
        chain = LayerChain(steps: steps)
        middle = try AutoencoderMiddleBlock(weights("mid_block"), channels: coarsest, configuration)
        let normOut = try weights.groupNorm(
            "conv_norm_out", channels: coarsest, groups: configuration.normGroups,
            epsilon: AutoencoderMiddleBlock.epsilon)
        let convOut = try weights.convolution(
            "conv_out", inputs: coarsest, outputs: 2 * configuration.latentChannels)
        beforeAttention = LayerChain(steps: middle.first.steps)
        afterAttention = LayerChain(
            steps: middle.second.steps + [.normalizedConvolution(normOut, convOut, .outside)])
    }

    /// The layers from the attention on, over the whole map.
    ///
    /// - Parameters:
    ///   - map: the result of ``chain``, `[batch, height, width, channels]`.
    ///   - backend: where it is computed.
    /// - Returns: the parameters of the posterior, `[batch, height, width, 2 × latentChannels]`.
    func tail(_ map: Tensor, on backend: any ComputeBackend) -> Tensor {
        let before = beforeAttention(map, on: backend)
        return afterAttention(middle.attention.map { $0(before, on: backend) } ?? before, on: backend)
    }

    func callAsFunction(_ picture: Tensor, on backend: any ComputeBackend) -> Tensor {
        tail(chain(picture, on: backend), on: backend)
    }
}
