import ArgumentParser
import Cluster
import CommandSupport
import DiffusionModels
import FoundationEssentials
import Logging
import RenderPipeline
import ServiceLifecycle
import UnixSignals

struct WorkCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "work", abstract: "Compute for a coordinator.",
        discussion: """
            Examples:
              apldm-worker --coordinator 127.0.0.1:7600
              apldm-worker --coordinator head:7600 --tls-ca ca.pem --join-token-file token --model DIR

            It dials the coordinator, and again whenever the connection is lost, until it is told to end. Some tasks are \
            taken ahead, so that their inputs come while another one computes. On SIGTERM or Ctrl-C it finishes what it \
            has and ends; a second one ends it at once.

            Exit codes: 0 drained; 64 the command line cannot be carried out; 65 a model is broken; 66 it is missing; 69 \
            the coordinator went away (--once); 70 an internal error; 77 the coordinator refuses this worker.
            """)

    @Option(help: ArgumentHelp("Where the coordinator listens.", valueName: "HOST:PORT"))
    var coordinator: Endpoint

    @Option(
        help: ArgumentHelp(
            "What the worker is called: the same at every start, another than any other worker's (default: the host's "
                + "name).", valueName: "NAME"))
    var name: String?

    @Option(help: "What computes.")
    var device: Device = .cpu

    @Option(
        help: ArgumentHelp(
            "A model that lies on this host: a folder or the name of an installed one; may be given several times "
                + "(default \(ModelLocator.embeddedModel)).", valueName: "DIR"))
    var model: [String] = []

    @Option(
        help: ArgumentHelp(
            "Where models go that the coordinator sends; 'none' takes none (default ~/.cache/apldm/models).",
            valueName: "DIR"))
    var modelCache: String?

    @OptionGroup(title: "Device") var compute: ComputeOptions
    @OptionGroup(title: "Memory") var memory: MemoryOptions
    @OptionGroup(title: "Security") var security: SecurityOptions
    @OptionGroup(title: "Log") var log: LogOptions

    @Flag(help: "End when the connection does.")
    var once = false

    enum Device: String, ExpressibleByArgument, CaseIterable {
        case cpu
    }

    func run() async throws {
        try await WorkerFailure.reporting { try await work() }
    }

    private func work() async throws {
        NodeProcess.prepare()
        let logger = log.makeLogger("apldm-worker", standard: .info)
        let backend = compute.makeBackend()
        let budget = memory.budget(threads: compute.threadCount)
        let shelf = DeviceModelShelf(backend: backend, memory: budget, places: try await places())
        var options = WorkerNode.Options(
            coordinator: coordinator, name: try workerName(), software: "apldm-worker \(ApldmWorker.version)",
            token: try security.token, security: security.security)
        options.reconnects = !once
        options.modelCache = cache
        let node = WorkerNode(options, models: shelf, log: logger)
        let group = ServiceGroup(
            configuration: .init(
                services: [
                    .init(
                        service: WorkerService(node: node), successTerminationBehavior: .gracefullyShutdownGroup,
                        failureTerminationBehavior: .cancelGroup)
                ],
                gracefulShutdownSignals: [.sigterm, .sigint], logger: logger))
        try await group.run()
    }

    /// The models that lie here, with their digests.
    private func places() async throws -> [DeviceModelShelf.Place] {
        let environment = ProcessInfo.processInfo.environment
        let locator = ModelLocator(environment: environment)
        let digests = FileDigests(cache: FileDigestCache(environment: environment))
        var places: [DeviceModelShelf.Place] = []
        for name in model.isEmpty ? [ModelLocator.embeddedModel] : model {
            let folder = try locator.folder(of: name)
            let digest = try await ModelFiles(folder: folder).digest(digests)
            places.append(DeviceModelShelf.Place(sha256: digest, folder: folder, variant: nil))
        }
        return places + (cache?.places ?? [])
    }

    /// Where models go that the coordinator sends.
    private var cache: ModelCache? {
        switch modelCache {
        case "none": nil
        case let folder?: ModelCache(folder: URL(filePath: folder).path(percentEncoded: false))
        case nil: ModelCache(environment: ProcessInfo.processInfo.environment)
        }
    }

    private func workerName() throws -> String {
        let name = name ?? ProcessInfo.processInfo.hostName
        let allowed = name.utf8.allSatisfy { byte in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || "-._".utf8.contains(byte)
        }
        guard allowed, (1...64).contains(name.utf8.count) else {
            throw ClusterError(
                .configuration, "\(name) is no name of a worker",
                remedy: "use up to 64 letters, digits and -._ in --name")
        }
        return name
    }
}

/// A worker as one of the program's services.
private struct WorkerService: Service {
    let node: WorkerNode

    func run() async throws {
        try await withGracefulShutdownHandler {
            try await node.run()
        } onGracefulShutdown: {
            Task { await node.drain() }
        }
    }
}
