import Tensors

/// Transformer blocks over the pixels of a feature map, attending to the text (diffusers `Transformer2DModel`).
struct SpatialTransformer: Sendable {
    private let norm: GroupNorm
    private let projectIn: Linear
    private let blocks: [TransformerBlock]
    private let projectOut: Linear

    init(
        _ weights: WeightScope, channels: Int, contextWidth: Int, heads: Int, layers: Int, groups: Int,
        storedAsConvolution: Bool
    ) throws(ModelError) {
        norm = try weights.groupNorm("norm", channels: channels, groups: groups, epsilon: 1e-6)
        projectIn = try weights.linear(
            "proj_in", inputs: channels, outputs: channels, storedAsConvolution: storedAsConvolution)
        var blocks: [TransformerBlock] = []
        for index in 0..<layers {
            blocks.append(
                try TransformerBlock(
                    weights("transformer_blocks")[index], width: channels, contextWidth: contextWidth, heads: heads))
        }
        self.blocks = blocks
        projectOut = try weights.linear(
            "proj_out", inputs: channels, outputs: channels, storedAsConvolution: storedAsConvolution)
    }

    /// The keys and values of a text encoding, for each block.
    typealias Memory = [MultiHeadAttention.Memory]

    /// What the blocks attend to in a text encoding, `[batch, tokens, contextWidth]`.
    func memory(of context: Tensor, on backend: any ComputeBackend) -> Memory {
        blocks.map { $0.memory(of: context, on: backend) }
    }

    /// - Parameters:
    ///   - x: `[batch, height, width, channels]`.
    ///   - memory: what ``memory(of:on:)`` made of the text encoding.
    ///   - backend: where it is computed.
    /// - Returns: the shape of `x`.
    func callAsFunction(_ x: Tensor, memory: Memory, on backend: any ComputeBackend) -> Tensor {
        let pixels = [x.shape[0], x.shape[1] * x.shape[2], x.shape[3]]
        var tokens = backend.linear(backend.groupNorm(x, norm).reshaped(pixels), projectIn)
        for (block, memory) in zip(blocks, memory) { tokens = block(tokens, memory: memory, on: backend) }
        return backend.add(x, backend.linear(tokens, projectOut).reshaped(x.shape))
    }
}

/// Self-attention, cross-attention and a gated feed-forward layer, each with a shortcut (diffusers
/// `BasicTransformerBlock`).
struct TransformerBlock: Sendable {
    private let norm1: LayerNorm
    private let selfAttention: MultiHeadAttention
    private let norm2: LayerNorm
    private let crossAttention: MultiHeadAttention
    private let norm3: LayerNorm
    private let expand: Linear
    private let contract: Linear

    init(_ weights: WeightScope, width: Int, contextWidth: Int, heads: Int) throws(ModelError) {
        norm1 = try weights.layerNorm("norm1", width: width, epsilon: 1e-5)
        selfAttention = try MultiHeadAttention(weights("attn1"), width: width, contextWidth: width, heads: heads)
        norm2 = try weights.layerNorm("norm2", width: width, epsilon: 1e-5)
        crossAttention = try MultiHeadAttention(
            weights("attn2"), width: width, contextWidth: contextWidth, heads: heads)
        norm3 = try weights.layerNorm("norm3", width: width, epsilon: 1e-5)
        expand = try weights("ff.net").linear("0.proj", inputs: width, outputs: 8 * width)
        contract = try weights("ff.net").linear("2", inputs: 4 * width, outputs: width)
    }

    /// What the cross-attention asks of a text encoding.
    func memory(of context: Tensor, on backend: any ComputeBackend) -> MultiHeadAttention.Memory {
        crossAttention.memory(of: context, on: backend)
    }

    func callAsFunction(_ x: Tensor, memory: MultiHeadAttention.Memory, on backend: any ComputeBackend) -> Tensor {
        let normal = backend.layerNorm(x, norm1)
        var x = backend.add(
            x, selfAttention(normal, memory: selfAttention.memory(of: normal, on: backend), on: backend))
        x = backend.add(x, crossAttention(backend.layerNorm(x, norm2), memory: memory, on: backend))
        let gated = backend.gatedGELU(backend.linear(backend.layerNorm(x, norm3), expand))
        return backend.add(x, backend.linear(gated, contract))
    }
}

/// Projections around a multi-head attention (diffusers `Attention`).
struct MultiHeadAttention: Sendable {
    private let query: Linear
    private let key: Linear
    private let value: Linear
    private let output: Linear
    private let heads: Int

    /// - Parameters:
    ///   - weights: where the projections' tensors are.
    ///   - width: channels of what asks and of the result, a multiple of `heads`.
    ///   - contextWidth: channels of what is asked; `width` for self-attention.
    ///   - heads: how many heads share the channels.
    ///   - projectionsHaveBias: whether queries, keys and values have a bias, as in autoencoders.
    /// - Throws: ``ModelError`` for a tensor that is missing or has another shape than these widths say.
    init(
        _ weights: WeightScope, width: Int, contextWidth: Int, heads: Int, projectionsHaveBias: Bool = false
    ) throws(ModelError) {
        let bias = projectionsHaveBias
        query = try weights.linear("to_q", inputs: width, outputs: width, bias: bias)
        key = try weights.linear("to_k", inputs: contextWidth, outputs: width, bias: bias)
        value = try weights.linear("to_v", inputs: contextWidth, outputs: width, bias: bias)
        output = try weights.linear("to_out.0", inputs: width, outputs: width)
        self.heads = heads
    }

    /// The keys and values of what is asked.
    struct Memory: Sendable {
        /// `[batch, contextTokens, width]`.
        fileprivate let keys: Tensor
        fileprivate let values: Tensor
    }

    /// Prepares what is asked, `[batch, contextTokens, contextWidth]`.
    func memory(of context: Tensor, on backend: any ComputeBackend) -> Memory {
        Memory(keys: backend.linear(context, key), values: backend.linear(context, value))
    }

    /// - Parameters:
    ///   - x: what asks, `[batch, tokens, width]`.
    ///   - memory: what is asked.
    ///   - backend: where it is computed.
    /// - Returns: the shape of `x`.
    func callAsFunction(_ x: Tensor, memory: Memory, on backend: any ComputeBackend) -> Tensor {
        let attended = backend.attention(
            queries: backend.linear(x, query), keys: memory.keys, values: memory.values, heads: heads, causal: false)
        return backend.linear(attended, output)
    }
}
