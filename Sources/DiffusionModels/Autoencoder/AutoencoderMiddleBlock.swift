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

/// Self-attention over all latent positions, one head, with its normalisation and shortcut (diffusers `Attention`).
///
/// The positions are taken in stretches: beside its input only keys and values exist as a whole.
struct PositionAttention: Sendable {
    /// Positions in a stretch: a multiple of what the backend multiplies at once, so that a position's result does not
    /// depend on which stretches are computed.
    static let stretch = 6144

    let channels: Int
    private let norm: GroupNorm
    private let query: Linear
    private let key: Linear
    private let value: Linear
    private let output: Linear

    init(
        _ weights: WeightScope, channels: Int, _ configuration: AutoencoderConfiguration
    ) throws(ModelError) {
        self.channels = channels
        norm = try weights.groupNorm(
            "group_norm", channels: channels, groups: configuration.normGroups,
            epsilon: AutoencoderMiddleBlock.epsilon)
        query = try weights.linear("to_q", inputs: channels, outputs: channels)
        key = try weights.linear("to_k", inputs: channels, outputs: channels)
        value = try weights.linear("to_v", inputs: channels, outputs: channels)
        output = try weights.linear("to_out.0", inputs: channels, outputs: channels)
    }

    /// - Parameters:
    ///   - map: `[batch, height, width, channels]`.
    ///   - backend: where it is computed.
    /// - Returns: the shape of `map`.
    func callAsFunction(_ map: Tensor, on backend: any ComputeBackend) -> Tensor {
        let items = (0..<map.shape[0]).map { attended(map.batchItem($0), on: backend) }
        return items.count == 1 ? items[0] : Tensor(joining: items)
    }

    private func attended(_ map: Tensor, on backend: any ComputeBackend) -> Tensor {
        let positions = map.shape[1] * map.shape[2]
        // Each position as a row, so that a stretch of them is a part that need not be copied.
        var rows = map.reshaped([1, positions, 1, channels])
        let moments = backend.groupMoments(rows, groups: norm.groups)
        let stretches = stride(from: 0, to: positions, by: Self.stretch)
            .map { $0..<min($0 + Self.stretch, positions) }
        func tokens(_ stretch: Range<Int>) -> Tensor {
            backend.groupNorm(rows.rows(stretch), norm, moments: moments, activation: .none)
        }
        var keys = Tensor(shape: rows.shape)
        var values = Tensor(shape: rows.shape)
        for stretch in stretches {
            let tokens = tokens(stretch)
            keys.place(backend.linear(tokens, key), top: stretch.lowerBound, left: 0)
            values.place(backend.linear(tokens, value), top: stretch.lowerBound, left: 0)
        }
        let (allKeys, allValues) = (
            keys.reshaped([1, positions, channels]), values.reshaped([1, positions, channels])
        )
        for stretch in stretches {
            let queries = backend.linear(tokens(stretch), query).reshaped([1, stretch.count, channels])
            let attended = backend.attention(
                queries: queries, keys: allKeys, values: allValues, heads: 1, causal: false)
            let change = backend.linear(attended, output).reshaped([1, stretch.count, 1, channels])
            rows.place(backend.add(rows.rows(stretch), change), top: stretch.lowerBound, left: 0)
        }
        return rows.reshaped(map.shape)
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
