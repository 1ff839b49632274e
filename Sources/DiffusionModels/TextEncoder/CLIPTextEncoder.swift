public import Tensors

/// The text half of CLIP (transformers `CLIPTextModel`, `CLIPTextModelWithProjection`).
public struct CLIPTextEncoder: Sendable {
    /// What its configuration file says.
    public let configuration: TextEncoderConfiguration
    private let tokenTable: Parameter
    private let positions: Tensor
    private let layers: [CLIPLayer]
    private let finalNorm: LayerNorm
    private let projection: Linear?

    init(_ weights: WeightScope, _ configuration: TextEncoderConfiguration) throws(ModelError) {
        self.configuration = configuration
        // transformers 5 leaves the prefix away when it saves an encoder without a projection.
        let text = weights.contains("embeddings.token_embedding.weight") ? weights : weights("text_model")
        let width = configuration.hiddenSize
        tokenTable = try text("embeddings").parameter(
            "token_embedding.weight", shape: [configuration.vocabularySize, width])
        positions = try text("embeddings").tensor(
            "position_embedding.weight", shape: [configuration.maximumLength, width])
        var layers: [CLIPLayer] = []
        for index in 0..<configuration.layers {
            layers.append(try CLIPLayer(text("encoder")("layers")[index], configuration))
        }
        self.layers = layers
        finalNorm = try text.layerNorm("final_layer_norm", width: width, epsilon: configuration.normEpsilon)
        projection =
            if let projectionWidth = configuration.projectionWidth {
                try weights.linear("text_projection", inputs: width, outputs: projectionWidth, bias: false)
            } else {
                nil
            }
    }

    /// What the encoder makes of one prompt.
    public struct Encoding: Sendable {
        /// What the last layer but one gives, without the final normalisation: `[1, tokens, width]`. SDXL's context.
        public var penultimate: Tensor
        /// What the last layer gives, normalised: `[1, tokens, width]`. The context of SD 1.5 and 2.1.
        public var lastHidden: Tensor
        /// The projected vector of the end token, `[1, projectionWidth]`; nil without a projection.
        public var pooled: Tensor?
    }

    /// Encodes one prompt.
    ///
    /// The attention is causal; padding is not masked.
    ///
    /// - Parameters:
    ///   - ids: at most ``TextEncoderConfiguration/maximumLength`` token ids, padding included, each below
    ///     ``TextEncoderConfiguration/vocabularySize``.
    ///   - backend: where it is computed.
    /// - Returns: the two layers that models attend to, with a row for each id, and the pooled vector.
    public func callAsFunction(_ ids: [Int32], on backend: any ComputeBackend) -> Encoding {
        let width = configuration.hiddenSize
        let tokens = Tensor(shape: [1, ids.count, width], values: positions.values.prefix(ids.count * width))
        var x = backend.add(backend.embed(tokenTable, ids: ids), tokens)
        var penultimate = x
        for layer in layers {
            penultimate = x
            x = layer(x, on: backend)
        }
        let lastHidden = backend.layerNorm(x, finalNorm)
        let pooled = projection.map { projection in
            let end = endPosition(ids) * width
            let vector = lastHidden.withSpan { span in (end..<end + width).map { span[$0] } }
            return backend.linear(Tensor(shape: [1, width], values: vector), projection)
        }
        return Encoding(penultimate: penultimate, lastHidden: lastHidden, pooled: pooled)
    }

    /// Where the token stands whose vector is pooled.
    private func endPosition(_ ids: [Int32]) -> Int {
        if let end = configuration.endToken { return ids.firstIndex(of: Int32(end)) ?? 0 }
        let largest = ids.max() ?? 0
        return ids.firstIndex(of: largest) ?? 0
    }
}

/// Causal self-attention and a feed-forward layer, each after a normalisation and with a shortcut (transformers
/// `CLIPEncoderLayer`).
private struct CLIPLayer: Sendable {
    private let norm1: LayerNorm
    private let query: Linear
    private let key: Linear
    private let value: Linear
    private let output: Linear
    private let norm2: LayerNorm
    private let expand: Linear
    private let contract: Linear
    private let heads: Int
    private let activation: Activation

    init(_ weights: WeightScope, _ configuration: TextEncoderConfiguration) throws(ModelError) {
        let width = configuration.hiddenSize
        let epsilon = configuration.normEpsilon
        let attention = weights("self_attn")
        norm1 = try weights.layerNorm("layer_norm1", width: width, epsilon: epsilon)
        query = try attention.linear("q_proj", inputs: width, outputs: width)
        key = try attention.linear("k_proj", inputs: width, outputs: width)
        value = try attention.linear("v_proj", inputs: width, outputs: width)
        output = try attention.linear("out_proj", inputs: width, outputs: width)
        norm2 = try weights.layerNorm("layer_norm2", width: width, epsilon: epsilon)
        expand = try weights("mlp").linear("fc1", inputs: width, outputs: configuration.intermediateSize)
        contract = try weights("mlp").linear("fc2", inputs: configuration.intermediateSize, outputs: width)
        heads = configuration.heads
        activation = configuration.activation
    }

    func callAsFunction(_ x: Tensor, on backend: any ComputeBackend) -> Tensor {
        let normal = backend.layerNorm(x, norm1)
        let attended = backend.attention(
            queries: backend.linear(normal, query), keys: backend.linear(normal, key),
            values: backend.linear(normal, value), heads: heads, causal: true)
        let x = backend.add(x, backend.linear(attended, output))
        let hidden = backend.linear(backend.layerNorm(x, norm2), expand, activation: activation)
        return backend.add(x, backend.linear(hidden, contract))
    }
}
