/// Plain sampling at the target size, without any help: the baseline that repeats objects.
struct DirectMethod: RenderMethod {
    func render(
        _ context: RenderContext, _ inputs: RenderInputs, noise: inout NoiseSource
    ) async throws -> RenderedPicture {
        try await StageSequence(context: context, attentive: context.plan.attentiveGuide).render(inputs, noise: &noise)
    }
}
