import FoundationEssentials

/// A complete text-to-image model: everything of a diffusers model folder but the sampler.
public struct DiffusionModel: Sendable {
    /// The folder's name.
    public let name: String
    /// Where it was read from.
    public let folder: String
    /// Which family its `model_index.json` names.
    public let family: ModelFamily
    /// Text to conditioning.
    public let prompts: PromptEncoder
    /// The denoiser.
    public let unet: UNet
    /// Between pictures and latents.
    public let autoencoder: Autoencoder
    /// What was found in the files, component by component.
    public let reports: [ComponentReport]

    /// The edge of the square the model was trained on, in pixels.
    public var nativeSize: Int { unet.configuration.sampleSize * autoencoder.configuration.factor }

    /// The scheduler's configuration: noise levels and prediction type.
    public var schedulerConfigurationPath: String { folder + "/scheduler/scheduler_config.json" }

    /// Reads and checks a whole model folder; matrices stay in their memory-mapped files, convolution
    /// kernels are copied in the order in which pictures are read.
    ///
    /// - Parameters:
    ///   - folder: a diffusers model folder, with `model_index.json`.
    ///   - variant: which of several variants of the weights that lie side by side, for example `fp16` or `full`; nil
    ///     for the full one, or else the only one there is, component by component.
    /// - Returns: the model, its components checked against their weights and against each other.
    /// - Throws: ``ModelError`` naming the file and the tensor or the configuration key that is missing, malformed,
    ///   unsupported or does not fit the rest.
    public static func load(folder: String, variant: String? = nil) throws(ModelError) -> DiffusionModel {
        let index = try ModelIndex(folder: folder)
        let unet = try UNet.load(folder: folder + "/unet", variant: variant)
        let autoencoder = try Autoencoder.load(folder: folder + "/vae", variant: variant)
        let prompts = try PromptEncoder.load(
            folder: folder, family: index.family, zerosForEmptyPrompt: index.zerosForEmptyPrompt, variant: variant)
        let model = DiffusionModel(
            name: URL(filePath: folder).standardizedFileURL.lastPathComponent, folder: folder, family: index.family,
            prompts: prompts.encoder, unet: unet.network, autoencoder: autoencoder.network,
            reports: prompts.reports + [unet.report, autoencoder.report])
        try model.checkThatComponentsFit()
        return model
    }

    /// Components that are each sound may still not belong together.
    private func checkThatComponentsFit() throws(ModelError) {
        let unetFile = folder + "/unet/config.json"
        func require(
            _ subject: String, _ expected: Int, _ found: Int, _ meaning: String
        ) throws(ModelError) {
            guard expected == found else {
                throw ModelError(
                    .configuration, file: unetFile, subject: subject, expected: "\(expected) (\(meaning))",
                    found: "\(found)", remedy: "the folder mixes components of different models; download it again")
            }
        }
        let latents = autoencoder.configuration.latentChannels
        try require("in_channels", latents, unet.configuration.inputChannels, "the autoencoder's latent channels")
        try require("out_channels", latents, unet.configuration.outputChannels, "the autoencoder's latent channels")
        for level in unet.configuration.levels where level.downAttends || level.upAttends {
            try require(
                "cross_attention_dim", prompts.contextWidth, level.contextWidth, "the width of the text encoding")
        }
        let addition = unet.configuration.addition
        guard (addition != nil) == family.hasAddition else {
            throw ModelError(
                .configuration, file: unetFile, subject: "addition_embed_type",
                expected: family.hasAddition ? "\"text_time\"" : "null",
                found: addition == nil ? "null" : "\"text_time\"",
                remedy: "model_index.json names \(family.name); the folder mixes components, download it again")
        }
        if let addition {
            try require(
                "projection_class_embeddings_input_dim", (prompts.pooledWidth ?? 0) + 6 * addition.timeWidth,
                addition.inputWidth, "the pooled text and six time embeddings")
        }
    }
}
