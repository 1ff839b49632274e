import ArgumentParser
import CommandSupport
import DiffusionModels
import FoundationEssentials

struct ModelCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "model", abstract: "Look at model folders.", subcommands: [InspectCommand.self])
}

struct InspectCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect", abstract: "Read a model folder whole, check it and say what it holds.")

    @Argument(help: ArgumentHelp("A diffusers model folder, or the name of an installed one.", valueName: "DIR"))
    var folder = ModelLocator.embeddedModel

    @Option(help: ArgumentHelp("Which of several stored precisions to read, for example fp16.", valueName: "NAME"))
    var variant: String?

    @Flag(help: "Print the result as JSON.")
    var json = false

    func run() async throws {
        try await Failure.reporting {
            let environment = ProcessInfo.processInfo.environment
            let locator = ModelLocator(environment: environment)
            let model = try DiffusionModel.load(folder: locator.folder(of: folder), variant: variant)
            var description = try ModelDescription(model)
            let digests = FileDigests(cache: FileDigestCache(environment: environment))
            description.sha256 = try await model.identity(variant: variant, digests).sha256
            try Console.result(json ? try Console.json(description) : description.text())
        }
    }
}
