public import ArgumentParser
import CommandSupport
import DiffusionModels
public import Evaluation
import FoundationEssentials
import RenderPipeline
import Tensors

struct EvaluateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate",
        abstract: "Render scenes by several methods, measure the pictures, and write a report.",
        discussion: """
            Scenes are painted landscapes with captions in the words of the embedded model, so that the true picture of \
            every caption is known at every size. Which scenes a model was trained on hardly matters: a prompt and its \
            noise do not name a scene's layout.

            Methods: apldm; unguided (AP-LDM without attentive guidance); windows (stage two in windows); bicubic (stage \
            one alone, enlarged); direct (plain sampling at the target size). A sweep adds AP-LDM with other values of one \
            setting.

            Pictures stay in OUTPUT/pictures, each with its record: those that are there are not rendered again, so the same \
            command goes on where it was interrupted.

            Examples:
              apldm-coord evaluate --scenes 50 --size 1024 --output evaluation-1024
              apldm-coord evaluate --size 512 --methods apldm --sweep gamma=0,0.002,0.004,0.008 --sweep eta2=0.1,0.2,0.4
            """)

    @Option(help: ArgumentHelp("How many scenes.", valueName: "N"))
    var scenes = 24

    @Option(help: ArgumentHelp("The first scene's seed; the others follow it.", valueName: "N"))
    var firstSeed: UInt64 = 1

    @Option(help: ArgumentHelp("Pixels an edge of the square pictures.", valueName: "PIXELS"))
    var size = 1024

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp("apldm, unguided, windows, bicubic, direct (default all but windows).", valueName: "NAME"))
    var methods: [EvaluatedMethod.Kind] = [.apldm, .unguided, .bicubic, .direct]

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp("gamma, eta1 or eta2 and values for it, for example gamma=0,0.004.", valueName: "NAME=X,X"))
    var sweep: [String] = []

    @Option(
        name: [.customLong("num-inference-steps"), .customLong("steps")],
        help: ArgumentHelp("Steps of stage one.", valueName: "N"))
    var steps = 50

    @Option(help: ArgumentHelp("Classifier-free guidance; 5 suits the embedded model.", valueName: "SCALE"))
    var guidanceScale = 5.0

    @Option(help: ArgumentHelp("True pictures of other scenes that distances are measured to.", valueName: "N"))
    var references = 128

    @Option(help: ArgumentHelp("Painted scenes that attributes are learned and checked on.", valueName: "N"))
    var lessons = 2400

    @Option(name: .shortAndLong, help: ArgumentHelp("Where pictures and the report go.", valueName: "DIR"))
    var output = "evaluation"

    @Flag(help: "Print the report as JSON on standard output.")
    var json = false

    @Flag(help: "No progress.")
    var quiet = false

    @OptionGroup(title: "Model") var source: ModelOptions
    @OptionGroup(title: "Device") var compute: ComputeOptions
    @OptionGroup(title: "Memory") var memory: MemoryOptions

    func validate() throws {
        for (option, value, range) in [
            ("--scenes", scenes, 1...10_000), ("--size", size, LandscapePainter.edges),
            ("--references", references, 2...10_000), ("--lessons", lessons, 30...100_000),
        ] where !range.contains(value) {
            throw ValidationError(
                "\(option): \(value) is out of range; use \(range.lowerBound) to \(range.upperBound)")
        }
        guard size.isMultiple(of: 8) else {
            throw ValidationError("--size: \(size) is not an edge that can be rendered; use a multiple of 8")
        }
        guard firstSeed < EvaluationSettings.reservedSeeds - 10_000 else {
            throw ValidationError(
                "--first-seed: \(firstSeed) is out of range; use less than \(EvaluationSettings.reservedSeeds - 10_000)"
            )
        }
        guard !output.isEmpty else { throw ValidationError("--output: an empty name is no folder") }
    }

    func run() async throws {
        try await Failure.reporting { try await Interruption.guarding(evaluate) }
    }

    private func evaluate(_ interruption: Interruption) async throws {
        let settings = EvaluationSettings(
            seeds: (0..<UInt64(scenes)).map { firstSeed + $0 }, edge: size, methods: try allMethods(), steps: steps,
            guidanceScale: guidanceScale, referenceCount: references, lessonCount: lessons, folder: output)
        let model = try source.load()
        let backend = compute.makeBackend()
        let budget = memory.budget(threads: compute.threadCount)
        let device = Evaluator.Device(
            model: model, identity: try await model.identity(variant: source.variant, source.digests),
            scheduler: try SamplerConfiguration(schedulerFile: model.schedulerConfigurationPath), backend: backend,
            executor: LocalExecutor(model: model, backend: backend, memory: budget), program: ApldmCoord.version)
        interruption.note(
            outlook: "pictures that were finished are kept in \(output); the same command goes on from there")
        let report = try await Evaluator(settings, device: device).run(
            memory: (budget.bytes, memory.memoryLimit != nil),
            writing: { write in try interruption.writing(write) },
            progress: { progress in
                guard !quiet else { return }
                let left = progress.secondsLeft.map { ", about \(ProgressReporter.duration($0)) left" } ?? ""
                Console.error(progress.text + left)
            })
        if json {
            try Console.result(try report.json())
        } else if !quiet {
            Console.error("\(output)/report.md is written")
        }
    }

    private func allMethods() throws -> [EvaluatedMethod] {
        var all: [EvaluatedMethod] = []
        for method in methods.map({ EvaluatedMethod($0) }) + (try sweep.flatMap(Self.settings))
        where !all.contains(method) {
            all.append(method)
        }
        return all
    }

    /// AP-LDM with each of the values that `NAME=X,X` lists.
    private static func settings(_ text: String) throws -> [EvaluatedMethod] {
        let parts = text.split(separator: "=", maxSplits: 1)
        guard parts.count == 2, let parameter = EvaluatedMethod.Parameter(rawValue: String(parts[0])) else {
            throw RequestError(
                option: "--sweep", problem: "'\(text)' names no setting and its values",
                remedy: "write gamma, eta1 or eta2, then = and numbers with commas between them")
        }
        return try parts[1].split(separator: ",").map { word in
            guard let value = Double(word), value.isFinite else {
                throw RequestError(
                    option: "--sweep", problem: "'\(word)' is not a number", remedy: "write gamma=0,0.004 for example")
            }
            return EvaluatedMethod(.apldm, EvaluatedMethod.Setting(parameter, value))
        }
    }
}

extension EvaluatedMethod.Kind: ExpressibleByArgument {}
