import Tensors

/// Renders pictures: a plan in, a picture out.
public struct Renderer: Sendable {
    private let executor: any Executor

    /// - Parameter executor: what carries out the heavy operations.
    public init(executor: any Executor) { self.executor = executor }

    /// Carries out a plan.
    ///
    /// - Parameters:
    ///   - plan: made for the executor's model.
    ///   - inputs: noise, a picture or an earlier run to start from, where the seed alone is not it.
    ///   - observer: who watches.
    ///   - checkpoints: what an earlier run has left, and where this one leaves what it has done; nil for neither.
    /// - Returns: the last stage's latents and its picture, and the picture of the first stage that was run.
    /// - Throws: what the executor or the observer throws, ``RequestError`` for inputs that do not fit the plan, and
    ///   `CancellationError`.
    public func render(
        _ plan: RenderPlan, inputs: RenderInputs = RenderInputs(), observer: RenderObserver = RenderObserver(),
        checkpoints: RenderCheckpoints? = nil
    ) async throws -> RenderedPicture {
        try inputs.check(plan)
        let inputs = await checkpoints?.goingOn(inputs, plan) ?? inputs
        let context = RenderContext(plan: plan, executor: executor, observer: observer, checkpoints: checkpoints)
        // The picture's passes need much the same memory one after the other.
        return try await TensorMemory.reusing {
            var source = NoiseSource(seed: plan.request.seed, given: inputs.noise)
            return try await plan.request.method.method.render(context, inputs, noise: &source)
        }
    }
}
