/// The closed set of what a worker can be asked to do.
package enum ClusterOperation: String, Hashable, Sendable, CaseIterable {
    /// Prompts to embeddings.
    case encodeText
    /// One guidance branch or batch item of one step.
    case predictNoise
    /// Several steps kept on one worker.
    case denoiseSegment
    /// Parameter-free self-attention over latents.
    case selfAttend
    /// A picture to a larger size.
    case upsample
    /// A stretch of an autoencoder's attention over all latent positions.
    case attendPositions
    /// What of an encode or a decode sees everything at once, without the attention.
    case autoencoderPart
    /// One tile of the encoder.
    case encodeTile
    /// One tile of the decoder.
    case decodeTile
    /// The fixed pass that tells a worker's numerics class.
    case canary
}

/// What the cost of a task depends on, beside the worker.
package struct CostKey: Hashable, Sendable {
    package var operation: ClusterOperation
    /// The model's digest; nil where no model takes part.
    package var model: String?
    /// The sizes that decide the amount of work, in the operation's own order; the element type is one of them.
    package var shape: [Int]

    /// - Parameters:
    ///   - operation: what is done.
    ///   - model: the model's digest; nil where none takes part.
    ///   - shape: the sizes that decide the amount of work.
    package init(operation: ClusterOperation, model: String?, shape: [Int]) {
        self.operation = operation
        self.model = model
        self.shape = shape
    }
}
