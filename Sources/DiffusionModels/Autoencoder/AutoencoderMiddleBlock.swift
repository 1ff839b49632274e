import Tensors

/// Two residual blocks around a self-attention over all latent positions (diffusers `UNetMidBlock2D`).
struct AutoencoderMiddleBlock: Sendable {
    /// Added to the variance by every normalisation of an autoencoder.
    static let epsilon: Float = 1e-6

    private let first: ResidualBlock
    private let attention: (norm: GroupNorm, heads: MultiHeadAttention)?
    private let second: ResidualBlock

    init(
        _ weights: WeightScope, channels: Int, _ configuration: AutoencoderConfiguration
    ) throws(ModelError) {
        let residuals = try [ResidualBlock](weights, inputs: channels, outputs: channels, count: 2, configuration)
        (first, second) = (residuals[0], residuals[1])
        if configuration.hasMiddleAttention {
            let scope = weights("attentions")[0]
            attention = (
                norm: try scope.groupNorm(
                    "group_norm", channels: channels, groups: configuration.normGroups, epsilon: Self.epsilon),
                heads: try MultiHeadAttention(
                    scope, width: channels, contextWidth: channels, heads: 1, projectionsHaveBias: true)
            )
        } else {
            attention = nil
        }
    }

    func callAsFunction(_ input: Tensor, on backend: any ComputeBackend) -> Tensor {
        var x = first(input, on: backend)
        if let attention {
            let tokens = backend.groupNorm(x, attention.norm).reshaped([
                x.shape[0], x.shape[1] * x.shape[2], x.shape[3],
            ])
            x = backend.add(x, attention.heads(tokens, context: tokens, on: backend).reshaped(x.shape))
        }
        return second(x, on: backend)
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
