package import ClusterMessages
import DiffusionModels
public import Logging
public import RenderPipeline
public import Tensors

/// The models of a worker that computes on this host's processor. Nothing is read before it is asked for.
public actor DeviceModelShelf {
    /// A model that lies on this host.
    public struct Place: Sendable, Hashable {
        /// The digest of its files.
        public var sha256: String
        /// Its folder.
        public var folder: String
        /// Which of several variants of its weights.
        public var variant: String?

        /// - Parameters:
        ///   - sha256: the digest of its files.
        ///   - folder: its folder.
        ///   - variant: which of several variants of its weights.
        public init(sha256: String, folder: String, variant: String?) {
            self.sha256 = sha256
            self.folder = folder
            self.variant = variant
        }
    }

    private let backend: CPUBackend
    private let budget: MemoryBudget
    private var places: [ContentDigest: Place] = [:]
    /// The model that was used last: one at a time is in memory.
    private var loaded: (model: ContentDigest, runner: DeviceTaskRunner)?
    private var measured: CanaryResult?

    /// - Parameters:
    ///   - backend: what computes.
    ///   - memory: what tensors may take.
    ///   - places: the models that lie here.
    public init(backend: CPUBackend, memory: MemoryBudget, places: [Place]) {
        self.backend = backend
        budget = memory
        for place in places {
            if let digest = ContentDigest(hexadecimal: place.sha256) { self.places[digest] = place }
        }
    }
}

extension DeviceModelShelf: ModelShelf {
    package var models: [ContentDigest] { places.keys.sorted { $0.hexadecimal < $1.hexadecimal } }

    package nonisolated var memory: Int { budget.bytes }

    package nonisolated var threads: Int { backend.threadCount }

    package nonisolated var deviceName: String { backend.numericsClass }

    package nonisolated var progress: UInt64 { backend.progress }

    package func canary() -> CanaryResult {
        if let measured { return measured }
        let canary = Canary(on: backend)
        let result = CanaryResult(
            numericsClass: canary.numericsClass, nanoseconds: UInt64(max(1, canary.seconds * 1e9)),
            processor: String(backend.numericsClass.prefix(128)))
        measured = result
        return result
    }

    package func runner(for model: ContentDigest) -> (any TaskRunner)? {
        if let loaded, loaded.model == model { return loaded.runner }
        guard let place = places[model] else { return nil }
        guard let diffusion = try? DiffusionModel.load(folder: place.folder, variant: place.variant) else {
            // It was fine when its digest was taken; it is not offered any more.
            places[model] = nil
            return nil
        }
        let executor = LocalExecutor(model: diffusion, backend: backend, memory: budget)
        let runner = DeviceTaskRunner(executor: executor, model: diffusion, memory: budget)
        loaded = (model, runner)
        return runner
    }

    package func add(_ place: Place) {
        if let digest = ContentDigest(hexadecimal: place.sha256) { places[digest] = place }
    }

    package func close(session: UInt64) async { await loaded?.runner.close(session: session) }
}

extension WorkerNode {
    /// A worker that computes on this host's processor.
    ///
    /// - Parameters:
    ///   - options: where to work, and as who.
    ///   - shelf: the models that lie here.
    ///   - log: where what happens is told.
    public convenience init(_ options: Options, models shelf: DeviceModelShelf, log: Logger) {
        self.init(options, shelf: shelf, log: log)
    }
}
