package import ArgumentParser
package import DiffusionModels
import FoundationEssentials

/// Which model.
package struct ModelOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "A diffusers model folder, or the name of one in $APLDM_MODELS or among those installed (default "
                + "\(ModelLocator.embeddedModel)).", valueName: "DIR")
    )
    package var model: String?

    @Option(
        help: ArgumentHelp(
            "Which of several stored precisions to read, for example fp16; full by default.", valueName: "NAME")
    )
    package var variant: String?

    package init() {}

    /// Where models are looked for.
    package var locator: ModelLocator { ModelLocator(environment: ProcessInfo.processInfo.environment) }

    /// What hashes the files of models; each only once, as long as it does not change.
    package var digests: FileDigests {
        FileDigests(cache: FileDigestCache(environment: ProcessInfo.processInfo.environment))
    }

    /// Finds, reads and checks the model.
    package func load() throws -> DiffusionModel {
        try DiffusionModel.load(folder: locator.folder(of: model ?? ModelLocator.embeddedModel), variant: variant)
    }
}
