import ArgumentParser
import Cluster
import CommandSupport
import DiffusionModels
import FoundationEssentials
import Logging
import RenderPipeline
import Tensors

struct RenderCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "render", abstract: "Render pictures of a prompt.",
        discussion:
            """
            Sizes are height before width where they are one word (2048x1024). Progress goes to standard error.

            Every PNG holds its settings: under 'parameters' as other programs write them, and under 'apldm' as a \
            record from which --from renders the same bytes again.
            """)

    @Argument(help: ArgumentHelp("What to draw; needed unless --from is given.", valueName: "PROMPT"))
    var prompt: String?

    @Option(
        help: ArgumentHelp(
            "Render a picture again that apldm wrote, from its own record; the model is found by its digest.",
            valueName: "PNG"))
    var from: String?

    @Option(
        help: ArgumentHelp(
            "Of several pictures, the most that are rendered at a time (default: one for every host that computes).",
            valueName: "N"))
    var concurrentPictures: Int?

    @OptionGroup(title: "Picture") var picture: PictureOptions
    @OptionGroup(title: "Existing picture") var existing: InitialImageOptions
    @OptionGroup(title: "Sampling") var sampling: SamplingOptions
    @OptionGroup(title: "AP-LDM, in the paper's terms") var paper: PaperOptions
    @OptionGroup(title: "AP-LDM, in the official code's terms") var official: OfficialOptions
    @OptionGroup(title: "Stage two") var stageTwo: StageTwoOptions
    @OptionGroup(title: "Model") var source: ModelOptions
    @OptionGroup(title: "Device") var compute: ComputeOptions
    @OptionGroup(title: "Memory") var memory: MemoryOptions
    @OptionGroup(title: "Other hosts") var cluster: ClusterOptions
    @OptionGroup(title: "Security") var security: SecurityOptions
    @OptionGroup(title: "Log") var log: LogOptions
    @OptionGroup(title: "Stages") var stages: StageOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    func validate() throws {
        if let concurrentPictures, !(1...1000).contains(concurrentPictures) {
            throw ValidationError("--concurrent-pictures: \(concurrentPictures) is out of range; use 1 to 1000")
        }
        try cluster.requireUse()
    }

    func run() async throws {
        try await Failure.reporting { try await Interruption.guarding(render) }
    }

    private func render(_ interruption: Interruption) async throws {
        let recorded = try recordedPicture()
        try refuseContradictions()
        try stages.check()
        let initial = try existing.read(background: recorded?.record.request.initialPicture?.background)
        let requests = try recorded.map { [$0.record.request] } ?? requests(from: initial?.description)
        let paths = OutputPaths(template: output.output, requests: requests)
        try paths.check(dump: output.dump)
        let model = try await recorded?.loadModel(source) ?? source.load()
        let scheduler = try SamplerConfiguration(schedulerFile: model.schedulerConfigurationPath)
        let plans = try requests.map { try plan($0, model, scheduler) }
        let backend = compute.makeBackend()
        let budget = memory.budget(threads: compute.threadCount)
        let executor = LocalExecutor(model: model, backend: backend, memory: budget)
        if output.plan { return try await show(plans, model, executor, budget) }
        for plan in plans {
            try ResourcePlan(plan, model: model).requireFit(in: budget.bytes, isLimited: memory.memoryLimit != nil)
        }
        let inputs = RenderInputs(
            noise: try output.latents.map { try [InitialLatents(path: $0).tensor] } ?? [],
            initialPicture: initial?.picture)
        let noiseDigest = inputs.noise.first.map(LatentsDigest.digest)
        try recorded?.requireInputs(initialPicture: initial?.description, latents: noiseDigest)
        warn(about: model, request: requests[0])
        recorded?.warn(numerics: backend.numericsClass)
        let identity =
            if let recorded {
                recorded.record.model
            } else {
                try await model.identity(variant: source.variant, source.digests)
            }
        let records = plans.map { plan in
            RenderRecord(
                program: ApldmCoord.version, model: identity, request: plan.request,
                initialLatents: noiseDigest, numerics: backend.numericsClass)
        }
        let texts = try records.map { try $0.texts(scheduler: scheduler) }
        let folders = try interruption.writing {
            let folders = try stages.folders(of: plans, records: records)
            // At once: workers may be waited for before the first picture is begun.
            if let folder = folders?.first {
                interruption.note(outlook: stages.outlook(folder, finished: 0, of: plans.count))
            }
            return folders
        }
        TensorMemory.resetPeak()
        let logger = log.makeLogger("apldm-coord", standard: output.quiet ? .error : .info)
        let farm =
            cluster.isUsed
            ? try await cluster.open(
                security, model: model, source: source, sha256: identity.sha256, device: executor, backend: backend,
                memory: budget, memory, log: logger) : nil
        var report = RenderReport(
            model: model, identity: identity, scheduler: scheduler, latents: output.latents, backend: backend)
        let batch = PictureBatch(
            plans: plans, texts: texts, paths: paths, folders: folders, inputs: inputs, stages: stages,
            dump: output.dump.map { TensorDump(path: $0, isNumbered: plans.count > 1) }, isQuiet: output.quiet,
            interruption: interruption)
        let atOnce =
            await farm?.picturesAtOnce(
                plans.map { ResourcePlan($0, model: model) }, budget, limit: concurrentPictures) ?? 1
        let outcomes = try await batch.render(atOnce: atOnce) {
            guard let picture = await farm?.coordinator.beginPicture() else { return (executor, {}) }
            return (picture.executor, picture.end)
        }
        for (index, outcome) in outcomes.enumerated() { report.add(plans[index], path: paths[index], outcome) }
        if let coordinator = farm?.coordinator {
            report.completedTasks = await coordinator.completedTasks
            report.cluster = await RenderReport.Cluster(coordinator)
        }
        await farm?.close()
        try interruption.writing { try batch.dump?.write() }
        if output.json { try Console.result(try report.json()) }
    }

    /// Prints what the pictures will take instead of rendering them.
    private func show(
        _ plans: [RenderPlan], _ model: DiffusionModel, _ executor: LocalExecutor, _ budget: MemoryBudget
    ) async throws {
        let speed = try await HostSpeed(measuring: executor, model: model)
        var report = PlanReport(memory: budget)
        for plan in plans { report.add(plan, ResourcePlan(plan, model: model), speed: speed) }
        try Console.result(output.json ? try Console.json(report) : report.text())
    }

    /// The names in a `RequestError` that are no option, yet say what a request can change.
    private static let requested: Set = ["PROMPT", "prediction_type", "timestep_spacing", "use_karras_sigmas"]

    /// Resolves a request. A setting of the model's scheduler that turns out to be impossible is named by its key, and
    /// is a fault of that file.
    private func plan(
        _ request: RenderRequest, _ model: DiffusionModel, _ scheduler: SamplerConfiguration
    ) throws -> RenderPlan {
        do throws(RequestError) {
            return try RenderPlan(request, model: ModelProperties(model), scheduler: scheduler)
        } catch {
            if let from {
                throw RenderRecordError(
                    file: from, key: error.option, problem: error.problem, remedy: "the record was changed by hand")
            }
            guard !error.option.hasPrefix("--"), !Self.requested.contains(error.option) else { throw error }
            throw ModelError(
                .configuration, file: model.schedulerConfigurationPath, subject: error.option, found: error.problem,
                remedy: error.remedy)
        }
    }

    /// What the user should know before anything is drawn.
    private func warn(about model: DiffusionModel, request: RenderRequest) {
        for (name, text) in [("prompt", request.prompt), ("negative prompt", request.negativePrompt ?? "")] {
            if let rest = model.prompts.truncatedText(of: text) {
                Console.error(
                    "warning: the \(name) is too long for the text encoder; it never sees: \(rest.prefix(400))")
            }
        }
        for report in model.reports where !report.unknown.isEmpty {
            Console.error(
                "warning: \(report.component) has \(report.unknown.count) tensors that are not used: "
                    + report.unknown.prefix(5).joined(separator: ", "))
        }
        if official.modelsToCpu {
            Console.error("note: --models-to-cpu changes nothing: the models are on the CPU already")
        }
    }
}
