import Cluster
import ClusterMessages
import Logging
import RenderPipeline
import Synchronization

/// A coordinator and its workers in one process, on real sockets.
final class LoopbackFarm: Sendable {
    /// How a farm differs from the usual one.
    struct Settings {
        var policy = DispatchPolicy()
        /// Whether the coordinator's own device takes part.
        var hasDevice = false
        var token: JoinToken?
        var heartbeat = Duration.seconds(1)
        var chunkByteCount = FrameLimits.defaultChunk
        var connectionCredit = 32 << 20
        var streamCredit = 8 << 20
        var handshakeLimit = Duration.seconds(5)
        var compression = CompressionPolicy.never
        var log = LoopbackFarm.silent
        var workerLog = LoopbackFarm.silent
    }

    static let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    let farm: Farm
    let endpoint: Endpoint
    private let settings: Settings
    private let model: TestModel
    private let device: LocalExecutor
    private let listener: WorkerListener
    private let running = Mutex<[Task<Void, any Error>]>([])

    private init(_ settings: Settings) async throws {
        self.settings = settings
        let model = try TestModel.shared
        let device = model.device()
        self.model = model
        self.device = device
        let description = WorkerDescription(
            name: "this device", numericsClass: NumericsClass(TestModel.numericsClass.hexadecimal),
            models: [TestModel.digest.hexadecimal], operations: Set(ClusterOperation.allCases), memory: 1 << 30,
            speed: 1e9)
        farm = Farm(
            epoch: 1, policy: settings.policy, device: settings.hasDevice ? (description, model.runner(device)) : nil,
            log: settings.log)
        var terms = HandshakeTerms(node: "coordinator", software: "test", token: settings.token, epoch: 1)
        terms.heartbeat = settings.heartbeat
        terms.lease = .seconds(settings.policy.lease)
        terms.chunkByteCount = settings.chunkByteCount
        terms.connectionCredit = settings.connectionCredit
        terms.streamCredit = settings.streamCredit
        listener = try await WorkerListener(
            Endpoint(host: "127.0.0.1", port: 0), security: nil, terms: terms, farm: farm, wantedModels: [],
            compression: settings.compression, handshakeLimit: settings.handshakeLimit, log: Self.silent)
        endpoint = Endpoint(host: "127.0.0.1", port: listener.port)
    }

    /// Runs `body` with a farm, and ends everything that belongs to it.
    static func run<Value>(
        _ change: (inout Settings) -> Void = { _ in }, _ body: (LoopbackFarm) async throws -> Value
    ) async throws -> Value {
        var settings = Settings()
        change(&settings)
        let farm = try await LoopbackFarm(settings)
        let listener = farm.listener
        farm.keep(Task { try await listener.run() })
        let result: Result<Value, any Error>
        do {
            result = .success(try await body(farm))
        } catch {
            result = .failure(error)
        }
        let running = farm.running.withLock { $0 }
        for task in running { task.cancel() }
        for task in running { _ = await task.result }
        return try result.get()
    }

    private func keep(_ task: Task<Void, any Error>) { running.withLock { $0.append(task) } }

    /// Starts a worker with a device of its own, whose tasks go through the interference. It dials the coordinator itself
    /// and has the farm's token unless it is told otherwise.
    @discardableResult
    func start(
        _ name: String, through endpoint: Endpoint? = nil, token: JoinToken? = nil, slots: Int = 4,
        reconnects: Bool = true, _ interference: TestShelf.Interference? = nil
    ) -> (node: WorkerNode, shelf: TestShelf, end: Task<Void, any Error>) {
        let shelf = TestShelf(model.runner(model.device()), interference)
        return start(name, shelf: shelf, through: endpoint, token: token, slots: slots, reconnects: reconnects)
    }

    /// Starts a worker with this shelf.
    @discardableResult
    func start(
        _ name: String, shelf: TestShelf, through endpoint: Endpoint? = nil, token: JoinToken? = nil, slots: Int = 4,
        reconnects: Bool = true
    ) -> (node: WorkerNode, shelf: TestShelf, end: Task<Void, any Error>) {
        var options = WorkerNode.Options(
            coordinator: endpoint ?? self.endpoint, name: name, software: "test", token: token ?? settings.token,
            security: nil)
        options.slots = slots
        options.reconnects = reconnects
        let node = WorkerNode(options, shelf: shelf, log: settings.workerLog)
        let task = Task { try await node.run() }
        keep(task)
        return (node, shelf, task)
    }

    /// Starts workers that do what they should, and waits for them.
    func startWorkers(_ count: Int) async throws {
        for index in 0..<count { start("w\(index)") }
        try await farm.waitForWorkers(count)
    }

    /// An executor for a new job, which shares out everything unless it is told otherwise, each step or whole stages.
    func executor(
        wholeStages: Bool = false, leastWork: Double = 0, batchWork: Double = SharingPolicy().batchWork,
        label: UInt64? = nil
    ) async -> ClusterExecutor {
        let job = await farm.beginJob(
            numericsClass: NumericsClass(TestModel.numericsClass.hexadecimal), label: label)
        var sharing = SharingPolicy(leastWork: leastWork, keepsStagesWhole: wholeStages)
        sharing.batchWork = batchWork
        return ClusterExecutor(
            farm: farm, job: job, model: model.diffusion, digest: TestModel.digest, head: device,
            dispatchesOnly: !settings.hasDevice, sharing: sharing)
    }
}
