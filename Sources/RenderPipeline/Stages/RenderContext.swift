public import Tensors

/// What a method is given to render with, and where it reports to.
struct RenderContext: Sendable {
    let plan: RenderPlan
    let executor: any Executor
    let observer: RenderObserver
    /// Where is kept what can be gone on from; nil where nothing is.
    let checkpoints: RenderCheckpoints?
}

/// Who watches a render.
public struct RenderObserver: Sendable {
    /// Called when something has begun or ended.
    public var progress: @Sendable (RenderProgress) -> Void
    /// Called with intermediate tensors, channels first, under the names that the reference implementation gives
    /// them; nil when nobody wants them.
    public var record: (@Sendable (_ name: String, _ tensor: Tensor) -> Void)?
    /// Called with every stage when its picture is decoded, before the next one begins; what it throws ends the
    /// render.
    public var finished: (@Sendable (FinishedStage) throws -> Void)?

    /// - Parameters:
    ///   - progress: called when something has begun or ended.
    ///   - record: called with intermediate tensors.
    ///   - finished: called with every stage when its picture is decoded.
    public init(
        progress: @escaping @Sendable (RenderProgress) -> Void = { _ in },
        record: (@Sendable (_ name: String, _ tensor: Tensor) -> Void)? = nil,
        finished: (@Sendable (FinishedStage) throws -> Void)? = nil
    ) {
        self.progress = progress
        self.record = record
        self.finished = finished
    }

    /// Hands on a latent or picture.
    func record(_ name: @autoclosure () -> String, _ tensor: Tensor) {
        guard let record else { return }
        record(name(), tensor.shape.count == 4 ? tensor.channelsFirst() : tensor)
    }
}

/// Something has begun or ended.
public enum RenderProgress: Sendable, Hashable {
    /// A part of the work has begun.
    case began(RenderPhase)
    /// So much of a part of the work is done, 0...1.
    case advanced(RenderPhase, Double)
    /// A part of the work has ended.
    case ended(RenderPhase)
}

/// A part of the work. Stages count from 0; stage 0 is at the training resolution.
public enum RenderPhase: Sendable, Hashable {
    /// The prompt's encoding.
    case prompt
    /// Bicubic upsampling to a stage's size.
    case upsample(stage: Int)
    /// Encoding a picture for a stage.
    case encode(stage: Int)
    /// One step of a stage's sampler.
    case step(stage: Int, step: Int)
    /// Decoding a stage's latents.
    case decode(stage: Int)
}
