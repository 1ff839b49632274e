extension ModelFamily {
    /// Stable Diffusion 1.x and 2.x: one CLIP encoder, whose normalised last layer is the context. The two differ in
    /// their configuration files alone.
    public static let stableDiffusion = ModelFamily(
        name: "Stable Diffusion 1/2",
        pipelineClasses: ["StableDiffusionPipeline", "StableDiffusionImg2ImgPipeline"],
        textEncoders: [("text_encoder", "tokenizer")], contextLayer: .lastNormalized, hasAddition: false)
}
