import ArgumentParser
import Cluster
import CommandSupport
import DiffusionModels
import Logging
import RenderPipeline
import Tensors

/// Which other hosts take part in a render.
struct ClusterOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Let workers connect here and render with all of them (apldm-worker --coordinator HOST:PORT on each).",
            valueName: "HOST:PORT"))
    var listen: Endpoint?

    @Option(help: ArgumentHelp("Start so many workers on this host.", valueName: "N"))
    var localWorkers: Int?

    @Option(help: ArgumentHelp("Threads of each local worker (default: an equal share).", valueName: "N"))
    var localWorkerThreads: Int?

    @Option(
        help: ArgumentHelp(
            "Begin only when so many workers have joined (default: as many as --local-workers).", valueName: "N"))
    var waitForWorkers: Int?

    @Flag(help: "Leave all computing to the workers but what is done sooner than sent.")
    var dispatchOnly = false

    @Flag(help: "Let workers take part whose results differ in the last bits, such as other kinds of processor.")
    var mixedNumerics = false

    @Flag(help: "Listen beyond this host without TLS and a join token.")
    var insecureNetwork = false

    @Option(
        help: ArgumentHelp(
            "What is shared out: auto (what takes longer than sending it), always, or never.", valueName: "WHEN"))
    var share: Sharing = .auto

    @Option(
        help: ArgumentHelp(
            "One host denoises a whole stage, with next to no traffic, instead of sharing out the branches of its steps: "
                + "auto (when there are as many pictures as hosts), always, or never.", valueName: "WHEN"))
    var wholeStages: Choice = .auto

    @Option(help: ArgumentHelp("Compress tensors on their way: auto, always or never.", valueName: "WHEN"))
    var compress: Choice = .auto

    enum Sharing: String, ExpressibleByArgument, CaseIterable {
        case auto
        case always
        case never
    }

    enum Choice: String, ExpressibleByArgument, CaseIterable {
        case auto
        case always
        case never
    }

    func validate() throws {
        let ranges = [
            ("--local-workers", localWorkers, 0...256), ("--local-worker-threads", localWorkerThreads, 1...1024),
            ("--wait-for-workers", waitForWorkers, 0...500),
        ]
        for (name, value, range) in ranges {
            if let value, !range.contains(value) {
                throw ValidationError(
                    "\(name): \(value) is out of range; use \(range.lowerBound) to \(range.upperBound)")
            }
        }
        if dispatchOnly, listen == nil, (localWorkers ?? 0) == 0 {
            throw ValidationError("--dispatch-only: nobody would compute; give --listen or --local-workers as well")
        }
    }

    /// Refuses what means nothing as long as nobody else takes part.
    func requireUse() throws {
        let options = [
            ("--wait-for-workers", waitForWorkers != nil), ("--local-worker-threads", localWorkerThreads != nil),
            ("--mixed-numerics", mixedNumerics), ("--insecure-network", insecureNetwork), ("--share", share != .auto),
            ("--whole-stages", wholeStages != .auto), ("--compress", compress != .auto),
        ]
        guard !isUsed, let option = options.first(where: \.1)?.0 else { return }
        throw ValidationError("\(option): no other host takes part; give --listen or --local-workers as well")
    }

    /// Whether anybody else takes part.
    var isUsed: Bool { listen != nil || (localWorkers ?? 0) > 0 }

    /// Begins to let workers in, and starts those of this host. When it `staysOpen` for more pictures, workers of this
    /// host that end are started again, and a picture that nobody can take does not keep its place for ever.
    func open(
        _ security: SecurityOptions, model: DiffusionModel, source: ModelOptions, sha256: String, device: LocalExecutor,
        backend: CPUBackend,
        memory: MemoryBudget, _ memoryOptions: MemoryOptions, epoch: UInt64? = nil, standings: [WorkerStanding] = [],
        remember: @escaping @Sendable (WorkerStanding) -> Void = { _ in }, log: Logger, staysOpen: Bool = false
    ) async throws -> OpenCluster {
        NodeProcess.prepare()
        var options = ClusterCoordinator.Options(
            listen: listen ?? Endpoint(host: "127.0.0.1", port: 0), software: "apldm-coord \(ApldmCoord.version)")
        options.epoch = epoch
        options.standings = standings
        options.remember = remember
        options.token = try security.token
        options.security = security.security
        options.allowsInsecureNetwork = insecureNetwork
        options.expectsWorkers = listen != nil || staysOpen
        options.obstructionLimit = staysOpen ? .seconds(120) : nil
        options.dispatchOnly = dispatchOnly
        options.mixesNumerics = mixedNumerics
        options.keepsStagesWhole = wholeStages == .auto ? nil : wholeStages == .always
        options.compresses = compress == .auto ? nil : compress == .always
        switch share {
        case .auto: break
        case .always: options.leastSharedWork = 0
        case .never: options.leastSharedWork = .infinity
        }
        let coordinator = try await ClusterCoordinator(
            options, model: model, sha256: sha256, files: try ModelFiles(folder: model.folder, variant: source.variant),
            digests: source.digests, device: device, backend: backend, memory: memory, log: log)
        log.info("listening", metadata: ["address": "\(coordinator.endpoint)"])
        let workers = try LocalWorkers(
            count: localWorkers ?? 0, threads: localWorkerThreads, sharingWith: dispatchOnly ? 0 : 1,
            coordinator: coordinator.endpoint.dialledLocally, model: model.folder, security: security,
            memory: memoryOptions, precision: backend.precision, restartingInto: staysOpen ? log : nil)
        let cluster = OpenCluster(coordinator: coordinator, workers: workers)
        let awaited = waitForWorkers ?? localWorkers ?? 0
        if awaited > 0 {
            log.info("waiting for workers", metadata: ["count": "\(awaited)"])
            try await cluster.wait(for: awaited, expectingOthers: listen != nil)
        }
        return cluster
    }
}

/// The hosts of a render.
struct OpenCluster: Sendable {
    let coordinator: ClusterCoordinator
    let workers: LocalWorkers

    /// Waits until so many workers have joined.
    func wait(for count: Int, expectingOthers: Bool) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await coordinator.waitForWorkers(count) }
            group.addTask {
                while expectingOthers || workers.running >= count { try await Task.sleep(for: .milliseconds(200)) }
                throw ClusterError(
                    .network, "\(count) workers are awaited, and only \(workers.running) can come",
                    remedy: "see the last words of those that have ended above")
            }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    /// How many pictures are rendered at a time: one for everybody who computes, as far as the memory and the limit go.
    func picturesAtOnce(_ costs: [ResourcePlan], _ budget: MemoryBudget, limit: Int?) async -> Int {
        let largest = max(1, costs.map(\.leastMemory).max() ?? 1)
        return max(1, min(costs.count, await coordinator.computing.count, budget.bytes / largest, limit ?? .max))
    }

    /// Sends everybody away.
    func close() async {
        workers.letEnd()
        await coordinator.close()
        workers.stop()
    }
}
