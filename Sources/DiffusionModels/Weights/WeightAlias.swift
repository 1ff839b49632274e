/// An older name for a part of the model, under which its tensors may be stored.
package struct WeightAlias: Sendable, Hashable {
    /// Neighbouring parts of the dotted name that the model asks for.
    let name: String
    /// What they were called.
    let older: String
    /// Whether a matrix may be stored as the equivalent convolution, `[outputs, inputs, 1, 1]`.
    let mayBeConvolution: Bool

    package init(_ name: String, older: String, mayBeConvolution: Bool = false) {
        self.name = name
        self.older = older
        self.mayBeConvolution = mayBeConvolution
    }

    /// What the tensor `name` was called, if it lies in this part of the model.
    package func olderName(of name: String) -> String? {
        let dotted = ".\(name).".replacing(".\(self.name).", with: ".\(older).", maxReplacements: 1)
        let renamed = String(dotted.dropFirst().dropLast())
        return renamed == name ? nil : renamed
    }
}

extension [WeightAlias] {
    /// The names in diffusers' former `AttentionBlock`, which the published VAEs of SD 1.5 and SD 2.1 have. Some files
    /// converted from original checkpoints keep the convolutions that these linear layers were there.
    package static let vaeAttention = [
        WeightAlias("mid_block.attentions.0.to_q", older: "mid_block.attentions.0.query", mayBeConvolution: true),
        WeightAlias("mid_block.attentions.0.to_k", older: "mid_block.attentions.0.key", mayBeConvolution: true),
        WeightAlias("mid_block.attentions.0.to_v", older: "mid_block.attentions.0.value", mayBeConvolution: true),
        WeightAlias(
            "mid_block.attentions.0.to_out.0", older: "mid_block.attentions.0.proj_attn", mayBeConvolution: true),
    ]
}
