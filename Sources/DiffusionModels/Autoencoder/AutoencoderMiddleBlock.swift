import Tensors

/// Two residual blocks around a self-attention over all latent positions (diffusers `UNetMidBlock2D`).
struct AutoencoderMiddleBlock: Sendable {
    /// Added to the variance by every normalisation of an autoencoder.
    static let epsilon: Float = 1e-6

    let first: ResidualBlock
    let attention: PositionAttention?
    let second: ResidualBlock

    init(
        _ weights: WeightScope, channels: Int, _ configuration: AutoencoderConfiguration
    ) throws(ModelError) {
        let residuals = try [ResidualBlock](weights, inputs: channels, outputs: channels, count: 2, configuration)
        (first, second) = (residuals[0], residuals[1])
        attention =
            configuration.hasMiddleAttention
            ? try PositionAttention(weights("attentions")[0], channels: channels, configuration) : nil
    }
}

extension [ResidualBlock] {
    /// The residual blocks of one level: `weights.resnets.0`, `.1` and so on.
    init(
        _ weights: WeightScope, inputs: Int, outputs: Int, count: Int, _ configuration: AutoencoderConfiguration
    ) throws(ModelError) {
        self = []
        for index in 0..<count {
            append(
                try ResidualBlock(
                    weights("resnets")[index], inputs: index == 0 ? inputs : outputs, outputs: outputs, timeWidth: nil,
                    groups: configuration.normGroups, epsilon: AutoencoderMiddleBlock.epsilon))
        }
    }
}
