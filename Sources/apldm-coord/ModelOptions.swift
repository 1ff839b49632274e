import ArgumentParser
import DiffusionModels
import FoundationEssentials

/// Which model.
struct ModelOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "A diffusers model folder, or the name of one in $APLDM_MODELS or among those installed.", valueName: "DIR")
    )
    var model = ModelLocator.embeddedModel

    @Option(
        help: ArgumentHelp(
            "Which of several stored precisions to read, for example fp16; full by default.", valueName: "NAME")
    )
    var variant: String?

    /// Finds, reads and checks the model.
    func load() throws -> DiffusionModel {
        let locator = ModelLocator(environment: ProcessInfo.processInfo.environment)
        return try DiffusionModel.load(folder: locator.folder(of: model), variant: variant)
    }
}
