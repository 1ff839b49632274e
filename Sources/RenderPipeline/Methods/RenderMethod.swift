import DiffusionModels
public import Tensors

/// A way to a picture of the requested size.
protocol RenderMethod: Sendable {
    /// Carries out a plan.
    ///
    /// - Parameters:
    ///   - context: the plan, what computes it and who watches.
    ///   - inputs: what it is rendered from beside the plan, checked against it.
    ///   - noise: the random numbers.
    /// - Returns: the last stage's latents and its picture, and the picture of the first stage that was run.
    /// - Throws: what the executor throws, ``RequestError`` for given noise of another shape, and `CancellationError`.
    func render(
        _ context: RenderContext, _ inputs: RenderInputs, noise: inout NoiseSource
    ) async throws -> RenderedPicture
}

/// A computation that has left the range of numbers.
public struct NumericalError: Error, Hashable, CustomStringConvertible {
    /// The stage, counted from 0.
    public let stage: Int
    /// What holds infinities or not-a-numbers.
    public let what: String

    /// One line for a person.
    public var description: String {
        "the \(what) of stage \(stage + 1) hold infinities or not-a-numbers; lower the guidance (--gamma, "
            + "--guidance-scale), or use weights of a higher precision"
    }
}

/// The outcome of a render.
public struct RenderedPicture: Sendable {
    /// The final latents, `[1, height, width, channels]`, scaled.
    public var latents: Tensor
    /// The decoded picture, `[1, height, width, 3]`, about −1...1 and not limited to it.
    public var picture: Tensor
    /// The decoded picture of the first stage that was run; the same as ``picture`` when there is no other.
    public var firstPicture: Tensor
}

extension RenderContext {
    /// What every method begins with: the encoded prompts.
    func encodePrompts() async throws -> [PromptEncoder.Encoding] {
        let request = plan.request
        observer.progress(.began(.prompt))
        let negative: NegativePrompt =
            guidance.isOn ? request.negativePrompt.map(NegativePrompt.text) ?? .absent : .unused
        let branches = try await executor.encodePrompt(request.prompt, negative: negative)
        for (branch, names) in zip(branches.reversed(), [("ctx", "pooled"), ("neg", "neg_pooled")]) {
            observer.record("cond.\(names.0)", branch.context)
            if let pooled = branch.pooled { observer.record("cond.\(names.1)", pooled) }
        }
        observer.progress(.ended(.prompt))
        return branches
    }

    /// Classifier-free guidance as requested.
    var guidance: ClassifierFreeGuidance {
        ClassifierFreeGuidance(scale: plan.request.guidanceScale, rescale: plan.request.guidanceRescale)
    }

    /// Decodes a stage's latents.
    ///
    /// - Throws: ``NumericalError`` when they are no numbers any more, so that hours are not spent on a picture of them.
    func decode(_ latents: Tensor, stage: Int) async throws -> Tensor {
        guard latents.isFinite else { throw NumericalError(stage: stage, what: "latents") }
        observer.record("latents.\(stage)", latents)
        let phase = RenderPhase.decode(stage: stage)
        observer.progress(.began(phase))
        let picture = try await executor.decode(
            latents, tiling: plan.stages[stage].decodeTiling, journal: checkpoints?.journal(.decode(stage: stage))
        ) { [observer] share in
            observer.progress(.advanced(phase, share))
        }
        guard picture.isFinite else { throw NumericalError(stage: stage, what: "decoded picture") }
        observer.record("image.\(stage)", picture)
        observer.progress(.ended(phase))
        return picture
    }
}
