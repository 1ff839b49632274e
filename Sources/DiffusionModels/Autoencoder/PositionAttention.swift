package import Tensors

/// Self-attention over all latent positions, one head, with its normalisation and shortcut (diffusers `Attention`).
///
/// The positions are taken in stretches: beside its input only keys and values exist as a whole, and several hosts can
/// share the stretches out.
package struct PositionAttention: Sendable {
    /// Where stretches may begin: at multiples of so many positions, which is a multiple of what the backend takes at
    /// once, so that a position's result does not depend on which stretches are computed.
    package static let unit = 192
    /// The most positions in a stretch.
    package static let stretch = 32 * unit

    /// Channels of its input.
    package let channels: Int
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

    /// The stretches of `positions` positions.
    package static func stretches(of positions: Int) -> [Range<Int>] {
        stride(from: 0, to: positions, by: stretch).map { $0..<min($0 + stretch, positions) }
    }

    /// What all positions look at: the statistics, keys and values of a whole map.
    package struct Memory: Sendable {
        /// Each position as a row, `[1, positions, 1, channels]`, so that a stretch is a part that need not be copied.
        fileprivate let rows: Tensor
        fileprivate let moments: [GroupMoments]
        /// `[1, positions, channels]`.
        fileprivate let keys: Tensor
        fileprivate let values: Tensor
    }

    /// Prepares one map, `[1, height, width, channels]`.
    package func memory(of map: Tensor, on backend: any ComputeBackend) -> Memory {
        let positions = map.shape[1] * map.shape[2]
        let rows = map.reshaped([1, positions, 1, channels])
        let moments = backend.groupMoments(rows, groups: norm.groups)
        var keys = Tensor(uninitialized: rows.shape)
        var values = Tensor(uninitialized: rows.shape)
        for stretch in Self.stretches(of: positions) {
            let tokens = backend.groupNorm(rows.rows(stretch), norm, moments: moments, activation: .none)
            keys.place(backend.linear(tokens, key), top: stretch.lowerBound, left: 0)
            values.place(backend.linear(tokens, value), top: stretch.lowerBound, left: 0)
        }
        return Memory(
            rows: rows, moments: moments, keys: keys.reshaped([1, positions, channels]),
            values: values.reshaped([1, positions, channels]))
    }

    /// One stretch of the result, `[1, positions of the stretch, 1, channels]`.
    package func attend(_ stretch: Range<Int>, to memory: Memory, on backend: any ComputeBackend) -> Tensor {
        let rows = memory.rows.rows(stretch)
        let tokens = backend.groupNorm(rows, norm, moments: memory.moments, activation: .none)
        let queries = backend.linear(tokens, query).reshaped([1, stretch.count, channels])
        let attended = backend.attention(
            queries: queries, keys: memory.keys, values: memory.values, heads: 1, causal: false)
        return backend.add(rows, backend.linear(attended, output).reshaped(rows.shape))
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
        let memory = memory(of: map, on: backend)
        let positions = map.shape[1] * map.shape[2]
        var result = Tensor(uninitialized: [1, positions, 1, channels])
        for stretch in Self.stretches(of: positions) {
            result.place(attend(stretch, to: memory, on: backend), top: stretch.lowerBound, left: 0)
        }
        return result.reshaped(map.shape)
    }
}
