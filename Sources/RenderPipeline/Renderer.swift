public import Tensors

/// Renders pictures: a plan in, a picture out.
public struct Renderer: Sendable {
    private let executor: any Executor

    /// - Parameter executor: what carries out the heavy operations.
    public init(executor: any Executor) { self.executor = executor }

    /// Carries out a plan.
    ///
    /// - Parameters:
    ///   - plan: made for the executor's model.
    ///   - noise: noise to start the stages from instead of the seed's, channels last and unscaled; usually none.
    ///   - observer: who watches.
    /// - Returns: the last stage's latents and its picture, and the picture of stage one.
    /// - Throws: what the executor throws, ``RequestError`` for noise of another shape, and `CancellationError`.
    public func render(
        _ plan: RenderPlan, noise: [Tensor] = [], observer: RenderObserver = RenderObserver()
    ) async throws -> RenderedPicture {
        var source = NoiseSource(seed: plan.request.seed, given: noise)
        let context = RenderContext(plan: plan, executor: executor, observer: observer)
        return try await plan.request.method.method.render(context, noise: &source)
    }
}
