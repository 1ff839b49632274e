/// What `model_index.json` says: which pipeline class the folder is made for.
struct ModelIndex: Sendable {
    let family: ModelFamily
    /// Whether no negative prompt means zeros instead of the encoding of the empty text.
    let zerosForEmptyPrompt: Bool

    init(folder: String) throws(ModelError) {
        let path = folder + "/model_index.json"
        let file = try ConfigurationFile(path: path)
        guard let name = try file.string("_class_name") else {
            throw file.missing("_class_name", "the name of a diffusers pipeline")
        }
        guard let family = ModelFamily.all.first(where: { $0.pipelineClasses.contains(name) }) else {
            throw ModelError(
                .unsupported, file: path, subject: "_class_name",
                expected: ModelFamily.all.flatMap { $0.pipelineClasses.sorted() }.joined(separator: ", "), found: name,
                remedy: "use a text-to-image model of the Stable Diffusion 1.5, 2.1 or XL families")
        }
        self.family = family
        zerosForEmptyPrompt = try file.bool("force_zeros_for_empty_prompt", default: family.hasAddition)
    }
}
