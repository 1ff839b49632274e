extension ModelFamily {
    /// Stable Diffusion XL: two CLIP encoders, whose last layers but one stand side by side as the context; the
    /// pooled output of the second and the picture's size are added to the timestep.
    public static let stableDiffusionXL = ModelFamily(
        name: "Stable Diffusion XL",
        pipelineClasses: ["StableDiffusionXLPipeline", "StableDiffusionXLImg2ImgPipeline"],
        textEncoders: [("text_encoder", "tokenizer"), ("text_encoder_2", "tokenizer_2")],
        contextLayer: .penultimate, hasAddition: true)
}
