import ClusterMessages
public import DiffusionModels
public import Logging
public import RenderPipeline
public import Telemetry
public import Tensors

/// Lets workers in and hands an executor to every picture that is rendered.
public final class ClusterCoordinator: Sendable {
    /// How hosts come together.
    public struct Options: Sendable {
        /// Where workers connect.
        public var listen: Endpoint
        /// What the coordinator is called.
        public var name = "coordinator"
        /// Its software and version.
        public var software: String
        /// The secret of the farm; nil lets everybody in.
        public var token: JoinToken?
        /// Nil for plain TCP.
        public var security: TransportSecurity?
        /// Whether to listen beyond this host without a token or without TLS.
        public var allowsInsecureNetwork = false
        /// Whether workers may come that nobody has started yet.
        public var expectsWorkers = true
        /// How long a picture waits for somebody who can take its tasks while others are connected; nil for ever.
        public var obstructionLimit: Duration?
        /// Whether the own device stays idle.
        public var dispatchOnly = false
        /// Whether workers whose results differ in the last bits take part.
        public var mixesNumerics = false
        /// Multiplications and additions below which the own device hands nothing out.
        public var leastSharedWork = 1e9
        /// Whether one host denoises a whole stage: nil when there are as many pictures as hosts.
        public var keepsStagesWhole: Bool?
        /// Which start of the coordinator this is, larger than all before; nil for a number by chance.
        public var epoch: UInt64?
        /// Whether tensors are compressed on their way: nil decides by the link.
        public var compresses: Bool?
        /// The workers that got nothing when the coordinator ended.
        public var standings: [WorkerStanding] = []
        /// Is told, in order, of every worker that is held, set aside or let back, to have it remembered.
        public var remember: @Sendable (WorkerStanding) -> Void = { _ in }

        /// - Parameters:
        ///   - listen: where workers connect.
        ///   - software: its software and version.
        public init(listen: Endpoint, software: String) {
            self.listen = listen
            self.software = software
        }
    }

    private let farm: Farm
    private let listener: WorkerListener
    private let serving: Task<Void, Never>
    private let watching: Task<Void, any Error>
    private let model: DiffusionModel
    private let digest: ContentDigest
    /// What computes here without being told by the farm.
    private let device: LocalExecutor
    private let dispatchesOnly: Bool
    private let sharing: SharingPolicy
    /// Whose workers take part; nil for all.
    private let numericsClass: NumericsClass?

    /// Where it listens: the port that the system chose where none was given.
    public let endpoint: Endpoint

    /// Begins to let workers in.
    ///
    /// - Parameters:
    ///   - options: how hosts come together.
    ///   - model: what is rendered with.
    ///   - sha256: the digest of the model's files.
    ///   - files: the model's files, which workers may fetch.
    ///   - digests: what hashes them.
    ///   - device: what computes here.
    ///   - backend: what the device computes on.
    ///   - memory: what its tensors may take.
    ///   - log: where what happens is told.
    /// - Throws: ``ClusterError`` when it may or can not listen there.
    public init(
        _ options: Options, model: DiffusionModel, sha256: String, files: ModelFiles, digests: FileDigests,
        device: LocalExecutor, backend: CPUBackend,
        memory: MemoryBudget, log: Logger
    ) async throws {
        try options.requireSecurity()
        guard let digest = ContentDigest(hexadecimal: sha256) else {
            throw ClusterError(.model, "\(sha256) is no digest of a model")
        }
        let canary = Canary(on: backend)
        let numericsClass = NumericsClass(canary.numericsClass.hexadecimal)
        let description = WorkerDescription(
            name: "this device", numericsClass: numericsClass, models: [sha256],
            operations: Set(ClusterOperation.allCases), memory: memory.bytes,
            speed: CanarySpeed.speed(seconds: canary.seconds))
        let runner = DeviceTaskRunner(executor: device, model: model, memory: memory)
        let source = try await ModelSource(digest, files, digests)
        // Tasks of an earlier render that a worker still has are told apart by it.
        let epoch = options.epoch ?? UInt64.random(in: 1...1 << 48)
        let farm = Farm(
            epoch: epoch, device: options.dispatchOnly ? nil : (description, runner), standings: options.standings,
            remember: options.remember, log: log)
        let listener = try await WorkerListener(
            options.listen, security: options.security,
            terms: HandshakeTerms(node: options.name, software: options.software, token: options.token, epoch: epoch),
            farm: farm, wantedModels: [source], compression: options.compression, log: log)
        self.farm = farm
        self.listener = listener
        endpoint = Endpoint(host: options.listen.host, port: listener.port)
        self.model = model
        self.digest = digest
        self.device = device
        dispatchesOnly = options.dispatchOnly
        sharing = SharingPolicy(
            leastWork: options.leastSharedWork, keepsStagesWhole: options.keepsStagesWhole)
        self.numericsClass = options.mixesNumerics ? nil : numericsClass
        let watch = StallWatch(
            farm: farm, expectsWorkers: options.expectsWorkers, obstructionLimit: options.obstructionLimit, log: log)
        watching = Task { try await watch.run() }
        serving = Task {
            do {
                try await listener.run()
            } catch is CancellationError {
            } catch {
                log.error("workers cannot connect any more", metadata: ["reason": "\(error)"])
            }
        }
    }

    deinit {
        serving.cancel()
        watching.cancel()
    }

    /// Begins a picture; it gets its share of the hosts until it is ended.
    ///
    /// - Parameters:
    ///   - owner: whose it is; those who share the farm get equal parts of it.
    ///   - priority: among the owner's pictures, the higher first.
    ///   - trace: what the lines about its tasks have in common, here and on the workers.
    ///   - label: what the caller knows it by; ``workers`` tell it of their tasks.
    /// - Returns: what renders it.
    public func beginPicture(
        owner: String = "local", priority: Int = 0, trace: TraceID? = nil, label: UInt64? = nil
    ) async -> ClusterPicture {
        let job = await farm.beginJob(
            tenant: TenantID(owner), priority: priority, numericsClass: numericsClass, trace: trace, label: label)
        return ClusterPicture(
            executor: ClusterExecutor(
                farm: farm, job: job, model: model, digest: digest, head: device, dispatchesOnly: dispatchesOnly,
                sharing: sharing),
            farm: farm, job: job)
    }

    /// Sends the workers away and stops listening.
    public func close() async {
        watching.cancel()
        await farm.dismissWorkers()
        serving.cancel()
        await serving.value
    }

    /// Waits until so many workers have joined.
    ///
    /// - Throws: `CancellationError`.
    public func waitForWorkers(_ count: Int) async throws { try await farm.waitForWorkers(count) }

    /// Tasks by whoever's result counted, by name.
    public var completedTasks: [String: Int] {
        get async { await farm.statistics.completed }
    }

    /// Everybody who computes now, by name: the workers, and the own device where it takes part.
    public var computing: [String] {
        get async { await farm.computing }
    }

    /// Everybody who is connected, the own device where it takes part, and those who are held or set aside and not
    /// connected.
    public var workers: [FarmMember] {
        get async { await farm.members }
    }

    /// Lets a worker finish what it has and gives it nothing more, or gives it tasks again, also where it was set aside.
    /// It stays connected, and held when it comes back under its name. The own device goes on with what is too small to
    /// be handed out.
    ///
    /// - Parameters:
    ///   - name: which.
    ///   - isHeld: whether it gets nothing more.
    /// - Returns: the worker as it is then; nil when none of that name is connected, held or set aside.
    public func hold(_ name: String, _ isHeld: Bool) async -> FarmMember? {
        await farm.hold(name, isHeld)
    }

    /// What the farm has done.
    package var statistics: FarmStatistics {
        get async { await farm.statistics }
    }

    /// What went over all connections.
    package var traffic: TrafficCounter { farm.traffic }
}

/// One picture's share of the hosts.
public struct ClusterPicture: Sendable {
    /// What renders it.
    public let executor: any Executor
    fileprivate let farm: Farm
    fileprivate let job: JobID

    /// Ends it; what still runs for it is cancelled.
    public func end() async { await farm.endJob(job) }
}

extension ClusterCoordinator.Options {
    /// When tensors are compressed. Within this host it only costs time.
    fileprivate var compression: CompressionPolicy {
        switch compresses {
        case true: .always
        case false: .never
        case nil: .unmeasured(listen)
        }
    }

    /// Beyond this host nobody is let in who does not know the token, and nobody listens in.
    fileprivate func requireSecurity() throws(ClusterError) {
        guard !listen.isLoopback, !allowsInsecureNetwork else { return }
        guard token != nil, security != nil else {
            throw ClusterError(
                .configuration, "workers from other hosts need \(token == nil ? "a join token" : "TLS")",
                remedy:
                    "give --join-token-file, --tls-cert and --tls-key (ops/make-certs makes them), or, on a network "
                    + "that you trust with every picture, --insecure-network")
        }
    }
}
