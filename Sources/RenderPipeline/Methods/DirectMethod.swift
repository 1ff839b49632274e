import Tensors

/// Plain sampling at the target size, without any help: the baseline that repeats objects.
struct DirectMethod: RenderMethod {
    func render(_ context: RenderContext, noise: inout NoiseSource) async throws -> RenderedPicture {
        let branches = try await context.encodePrompts()
        let (latents, picture) = try await FirstStage(context: context, branches: branches, attentive: nil)
            .render(noise: &noise)
        return RenderedPicture(latents: latents, picture: picture, firstPicture: picture)
    }
}
