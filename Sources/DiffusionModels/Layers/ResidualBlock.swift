import Tensors

/// Two normalised convolutions around the timestep embedding, and a shortcut (diffusers `ResnetBlock2D`).
struct ResidualBlock: Sendable {
    private let norm1: GroupNorm
    private let conv1: Convolution
    private let timeProjection: Linear?
    private let norm2: GroupNorm
    private let conv2: Convolution
    private let shortcut: Convolution?

    /// - Parameters:
    ///   - weights: where the block's tensors are.
    ///   - inputs: channels of what goes in.
    ///   - outputs: channels of the result; the shortcut is a 1×1 convolution when they differ from `inputs`.
    ///   - timeWidth: width of the timestep embedding; nil in autoencoders, which have none.
    ///   - groups: groups of both normalisations.
    ///   - epsilon: added to the variance in both normalisations.
    /// - Throws: ``ModelError`` for a tensor that is missing or has another shape than these widths say.
    init(
        _ weights: WeightScope, inputs: Int, outputs: Int, timeWidth: Int?, groups: Int, epsilon: Float
    ) throws(ModelError) {
        norm1 = try weights.groupNorm("norm1", channels: inputs, groups: groups, epsilon: epsilon)
        conv1 = try weights.convolution("conv1", inputs: inputs, outputs: outputs)
        if let timeWidth {
            timeProjection = try weights.linear("time_emb_proj", inputs: timeWidth, outputs: outputs)
        } else {
            timeProjection = nil
        }
        norm2 = try weights.groupNorm("norm2", channels: outputs, groups: groups, epsilon: epsilon)
        conv2 = try weights.convolution("conv2", inputs: outputs, outputs: outputs)
        if inputs == outputs {
            shortcut = nil
        } else {
            shortcut = try weights.convolution(
                "conv_shortcut", inputs: inputs, outputs: outputs, kernel: 1, padding: Padding(0))
        }
    }

    /// - Parameters:
    ///   - x: `[batch, height, width, inputs]`.
    ///   - time: the activated timestep embedding, `[batch, timeWidth]`; nil where the block has no use for one.
    ///   - backend: where it is computed.
    /// - Returns: `[batch, height, width, outputs]`.
    func callAsFunction(_ x: Tensor, time: Tensor? = nil, on backend: any ComputeBackend) -> Tensor {
        var h = backend.convolution(backend.groupNorm(x, norm1, activation: .silu), conv1)
        if let timeProjection, let time {
            h = backend.addChannels(h, backend.linear(time, timeProjection))
        }
        h = backend.convolution(backend.groupNorm(h, norm2, activation: .silu), conv2)
        return backend.add(shortcut.map { backend.convolution(x, $0) } ?? x, h)
    }

    /// The block without a timestep as steps that tiles can take one by one.
    var steps: [LayerChain.Step] {
        [.normalizedConvolution(norm1, conv1, .opening)] + (shortcut.map { [.shortcut($0)] } ?? [])
            + [.normalizedConvolution(norm2, conv2, .closing)]
    }
}
