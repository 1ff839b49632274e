import ArgumentParser
import Cluster
import CommandSupport
import DiffusionModels
import Logging
import RenderJobs
import RenderPipeline
import ServiceLifecycle
import Tensors
import UnixSignals
import WebServer

struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Take jobs over HTTP and render them with whoever connects.",
        discussion: """
            Jobs are kept in memory: those that wait are gone when the program ends. Pictures stay in their folder, and the
            numbers of later jobs go on from theirs.

            Examples:
              apldm-coord serve --local-workers 2
              curl --json '{"prompt": "a lake at noon", "width": 1024, "height": 1024}' http://127.0.0.1:7421/v1/jobs
              curl http://127.0.0.1:7421/v1/jobs/1
              curl -o lake.png http://127.0.0.1:7421/v1/jobs/1/picture
            """)

    @Option(help: ArgumentHelp("Where pictures go.", valueName: "DIR")) var pictures = "pictures"
    @Option(
        help: ArgumentHelp(
            "The most pictures that are rendered at a time (default: one for every host that computes).", valueName: "N"
        ))
    var concurrentJobs: Int?
    @Option(help: ArgumentHelp("The most jobs that wait.", valueName: "N")) var queueLimit = 100_000

    @OptionGroup(title: "HTTP") var web: WebOptions
    @OptionGroup(title: "Model") var source: ModelOptions
    @OptionGroup(title: "Device") var compute: ComputeOptions
    @OptionGroup(title: "Memory") var memory: MemoryOptions
    @OptionGroup(title: "Other hosts") var cluster: ClusterOptions
    @OptionGroup(title: "Security") var security: SecurityOptions
    @OptionGroup(title: "Log") var log: LogOptions

    func validate() throws {
        if let concurrentJobs, !(1...1000).contains(concurrentJobs) {
            throw ValidationError("--concurrent-jobs: \(concurrentJobs) is out of range; use 1 to 1000")
        }
        guard (1...1_000_000).contains(queueLimit) else {
            throw ValidationError("--queue-limit: \(queueLimit) is out of range; use 1 to 1000000")
        }
    }

    func run() async throws {
        try await Failure.reporting(serve)
    }

    private func serve() async throws {
        let logger = log.makeLogger("apldm-coord", standard: .info)
        try PictureJobRenderer.prepare(folder: pictures)
        let model = try source.load()
        let backend = compute.makeBackend()
        let budget = memory.budget(threads: compute.threadCount)
        let identity = try await model.identity(variant: source.variant, source.digests)
        let webOptions = try web.options(
            pictures: pictures, model: ServedModel(name: model.name, sha256: identity.sha256), log: logger)
        let farm = try await cluster.open(
            security, model: model, source: source, sha256: identity.sha256,
            device: LocalExecutor(model: model, backend: backend, memory: budget), backend: backend, memory: budget,
            memory,
            log: logger)
        let previews = JobPreviews()
        let renderer = PictureJobRenderer(
            coordinator: farm.coordinator, model: model, identity: identity,
            scheduler: try SamplerConfiguration(schedulerFile: model.schedulerConfigurationPath),
            numerics: backend.numericsClass, memory: budget, folder: pictures, atOnce: concurrentJobs,
            previews: previews)
        let runner = JobRunner(
            store: MemoryJobStore(
                limits: JobLimits(mostQueued: queueLimit), after: PictureJobRenderer.lastJob(in: pictures)),
            renderer: renderer,
            log: logger)
        let service = WebService(
            webOptions, runner: runner, workers: FarmControl(coordinator: farm.coordinator), previews: previews,
            log: logger)
        let host = web.http.host
        let server = service.application { port in
            logger.info("taking jobs", metadata: ["url": "http://\(Endpoint(host: host, port: port))/v1/jobs"])
        }
        // Services end in reverse order: no job is begun while the server waits for its last clients.
        let services: [any Service] = [server, JobService(runner: runner)]
        var configuration = ServiceGroupConfiguration(
            services: services, gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        configuration.maximumGracefulShutdownDuration = .seconds(10)
        let group = ServiceGroup(configuration: configuration)
        do {
            try await group.run()
            await farm.close()
        } catch {
            await farm.close()
            throw error
        }
    }
}

/// Rendering jobs as one of the program's services.
private struct JobService: Service {
    let runner: JobRunner

    func run() async throws {
        await cancelWhenGracefulShutdown { await runner.run() }
    }
}
