import ArgumentParser
import Cluster
import CommandSupport
import DiffusionModels
import Glibc
import JobDatabase
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
            Jobs are on the disk before they are answered for, and what is rendered of them is kept in between: after the
            program has ended, however it did, the same command goes on, and the pictures have the same bytes.
            http://127.0.0.1:7421/ is a page for browsers.

            Examples:
              apldm-coord serve --local-workers 2
              curl --json '{"prompt": "a lake at noon", "width": 1024, "height": 1024}' http://127.0.0.1:7421/v1/jobs
              curl http://127.0.0.1:7421/v1/jobs/1
              curl -o lake.png http://127.0.0.1:7421/v1/jobs/1/picture
            """)

    @Option(help: ArgumentHelp("Where pictures go (default: pictures in the folder of --data).", valueName: "DIR"))
    var pictures: String?
    @Option(
        help: ArgumentHelp(
            "The most pictures that are rendered at a time (default: one for every host that computes).", valueName: "N"
        ))
    var concurrentJobs: Int?

    @OptionGroup(title: "HTTP") var web: WebOptions
    @OptionGroup(title: "Jobs") var data: DataOptions
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
    }

    func run() async throws {
        try await Failure.reporting(serve)
    }

    private func serve() async throws {
        let logger = log.makeLogger("apldm-coord", standard: .info)
        let commits = KillSwitch.observer(log: logger)
        let folder = try data.open()
        let pictures = pictures ?? folder.pictures
        try PictureJobRenderer.prepare(folder: pictures)
        let store = try await DatabaseJobStore(
            folder, limits: data.limits, retries: data.retryPolicy, after: PictureJobRenderer.lastJob(in: pictures),
            reserve: data.reserve, commits: commits)
        let model = try source.load()
        let backend = compute.makeBackend()
        let budget = memory.budget(threads: compute.threadCount)
        let identity = try await model.identity(variant: source.variant, source.digests)
        let webOptions = try web.options(
            pictures: pictures, model: ServedModel(name: model.name, sha256: identity.sha256), log: logger)
        let standings = StoredStandings(store: store, log: logger)
        let farm = try await cluster.open(
            security, model: model, source: source, sha256: identity.sha256,
            device: LocalExecutor(model: model, backend: backend, memory: budget), backend: backend, memory: budget,
            memory, epoch: store.epoch, standings: try await standings.restored(), remember: standings.note,
            log: logger, staysOpen: true)
        let keeping = PictureJobRenderer.Keeping(
            store: store, data: folder, interval: .seconds(data.checkpointSeconds), reserve: data.reserve / 2,
            commits: commits, log: logger)
        try await keeping.sweep()
        let previews = JobPreviews()
        let renderer = PictureJobRenderer(
            coordinator: farm.coordinator, model: model, identity: identity,
            scheduler: try SamplerConfiguration(schedulerFile: model.schedulerConfigurationPath),
            numerics: backend.numericsClass, memory: budget, keeping: keeping, folder: pictures, atOnce: concurrentJobs,
            previews: previews)
        let runner = JobRunner(store: store, renderer: renderer, retries: data.retryPolicy, log: logger)
        let service = WebService(
            webOptions, runner: runner, workers: FarmControl(coordinator: farm.coordinator, standings: standings),
            previews: previews, log: logger)
        let host = web.http.host
        let server = service.application { port in
            logger.info("taking jobs", metadata: ["url": "http://\(Endpoint(host: host, port: port))/v1/jobs"])
        }
        // Services end in reverse order: no job is begun while the server waits for its last clients.
        let services: [any Service] = [
            server, JobService(runner: runner),
            RetentionService(store: store, policy: data.retention, pictures: pictures, log: logger),
        ]
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

/// Forgetting old jobs as one of the program's services.
private struct RetentionService: Service {
    let store: DatabaseJobStore
    let policy: RetentionPolicy
    let pictures: String
    let log: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            repeat {
                do {
                    let count = try await store.retain(policy) { [pictures] in unlink("\(pictures)/\($0.fileName)") }
                    if count > 0 { log.info("old jobs are forgotten", metadata: ["count": "\(count)"]) }
                    InputPictures(folder: pictures).sweep(keeping: try await store.initialPictures())
                } catch {
                    log.error("old jobs cannot be forgotten", metadata: ["reason": "\(error)"])
                }
            } while (try? await Task.sleep(for: .seconds(60))) != nil
        }
    }
}
