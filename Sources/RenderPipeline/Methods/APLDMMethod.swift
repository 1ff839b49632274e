/// AP-LDM (arXiv 2410.06055, algorithm 1): a first stage at the training resolution with attentive guidance, then
/// stages that upsample the picture, diffuse it a little and denoise it again. From an existing picture the latter
/// alone.
struct APLDMMethod: RenderMethod {
    func render(
        _ context: RenderContext, _ inputs: RenderInputs, noise: inout NoiseSource
    ) async throws -> RenderedPicture {
        try await StageSequence(context: context, attentive: context.plan.attentiveGuide).render(inputs, noise: &noise)
    }
}
