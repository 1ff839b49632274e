public import DiffusionModels
import FoundationEssentials
public import RenderPipeline
public import Tensors

/// Renders scenes by several methods, measures the pictures and writes a report.
public struct Evaluator: Sendable {
    /// What it renders with.
    public struct Device: Sendable {
        let model: DiffusionModel
        let identity: ModelIdentity
        let scheduler: SamplerConfiguration
        let backend: any ComputeBackend
        let executor: any Executor
        let program: String

        /// - Parameters:
        ///   - model: what draws.
        ///   - identity: which model that is.
        ///   - scheduler: the sampler settings of its folder.
        ///   - backend: what enlarges pictures.
        ///   - executor: what carries out the model's operations.
        ///   - program: the program's version.
        public init(
            model: DiffusionModel, identity: ModelIdentity, scheduler: SamplerConfiguration,
            backend: any ComputeBackend, executor: any Executor, program: String
        ) {
            self.model = model
            self.identity = identity
            self.scheduler = scheduler
            self.backend = backend
            self.executor = executor
            self.program = program
        }
    }

    /// How far it has come.
    public struct Progress: Sendable {
        /// What has just been done, for a person.
        public var text: String
        /// Seconds until all pictures are rendered; nil before the first one is.
        public var secondsLeft: Double?
    }

    private let settings: EvaluationSettings
    private let device: Device
    private let weightBytes = TensorMemory.bytes

    /// - Parameters:
    ///   - settings: what is evaluated.
    ///   - device: what it is rendered with.
    public init(_ settings: EvaluationSettings, device: Device) {
        self.settings = settings
        self.device = device
    }

    /// Plans every picture, so that what cannot be rendered is found before anything is.
    ///
    /// - Returns: the plans of all scenes, method by method.
    /// - Throws: `RequestError` naming the option at fault.
    private func plans() throws(RequestError) -> [[RenderPlan]] {
        let properties = ModelProperties(device.model)
        var plans: [[RenderPlan]] = []
        for method in settings.methods {
            var row: [RenderPlan] = []
            for seed in settings.seeds {
                let request = method.request(Scene(seed: seed), settings, native: properties.nativeSize)
                row.append(try RenderPlan(request, model: properties, scheduler: device.scheduler))
            }
            plans.append(row)
        }
        return plans
    }

    /// Renders what is missing, measures, and writes `report.md`, `report.json`, and sheets of small pictures.
    ///
    /// - Parameters:
    ///   - memory: the bytes that tensors may take, and whether the user limited them.
    ///   - writing: is called around everything that writes a file.
    ///   - progress: is called after every picture.
    /// - Returns: the report.
    /// - Throws: `RequestError` for what cannot be rendered, what the executor throws, and errors of files.
    public func run(
        memory: (bytes: Int, isLimited: Bool),
        writing: (() throws -> Void) throws -> Void, progress: (Progress) -> Void
    ) async throws -> EvaluationReport {
        let plans = try plans()
        for plan in plans.compactMap(\.first) {
            try ResourcePlan(plan, model: device.model).requireFit(in: memory.bytes, isLimited: memory.isLimited)
        }
        for method in settings.methods { try makeFolder("\(settings.folder)/pictures/\(method.name)") }
        var pictures: [[MeasuredPicture]] = plans.map { _ in [] }
        var pace = Pace(operations: plans.map { $0.map(operations) })
        progress(Progress(text: "painting true pictures and learning attributes from them", secondsLeft: nil))
        let truths = TruePictures(settings, native: ModelProperties(device.model).nativeSize)
        // Scene by scene: what has been rendered when it is interrupted is of all methods alike.
        for index in settings.seeds.indices {
            for (row, method) in settings.methods.enumerated() {
                try Task.checkCancellation()
                let (image, effort, isNew) = try await picture(plans[row][index], method, writing: writing)
                pace.note(row, index, seconds: isNew ? effort.seconds : nil)
                pictures[row].append(truths.measure(image, scene: Scene(seed: settings.seeds[index]), effort: effort))
                let seconds = (effort.seconds * 10).rounded() / 10
                progress(
                    Progress(
                        text: "scene \(index + 1)/\(settings.seeds.count), \(method.name): "
                            + (isNew ? "\(seconds) s" : "was there"),
                        secondsLeft: pace.secondsLeft))
            }
        }
        let rows = zip(settings.methods, zip(plans, pictures)).map { method, row in
            MethodReport.Source(method: method, plan: row.0.first, pictures: row.1)
        }
        let report = EvaluationReport(settings, device, truths, rows)
        try writing { try report.write(to: settings.folder, truths, rows) }
        return report
    }

    private func operations(_ plan: RenderPlan) -> Double {
        ResourcePlan(plan, model: device.model).stages.reduce(0) { $0 + $1.operations.total }
    }

    /// A picture at the target size: from the disk, or rendered and written there.
    private func picture(
        _ plan: RenderPlan, _ method: EvaluatedMethod, writing: (() throws -> Void) throws -> Void
    ) async throws -> (PixelImage, PictureFile.Effort, isNew: Bool) {
        let record = RenderRecord(
            program: device.program, model: device.identity, request: plan.request,
            numerics: device.backend.numericsClass)
        let file = PictureFile(path: "\(settings.folder)/pictures/\(method.name)/\(plan.request.seed).png")
        if let (image, effort) = file.existing(record) { return (enlarged(image), effort, false) }
        TensorMemory.resetPeak()
        let processor = HostUsage.processorSeconds
        let start = ContinuousClock.now
        let rendered = try await Renderer(executor: device.executor).render(plan)
        let effort = PictureFile.Effort(
            seconds: (ContinuousClock.now - start) / .seconds(1),
            processorSeconds: HostUsage.processorSeconds - processor,
            peakTensorBytes: max(0, TensorMemory.peakBytes - weightBytes))
        let image = PixelImage(decoded: rendered.picture, item: 0)
        let texts = try record.texts(scheduler: device.scheduler)
        try writing { try file.write(image, effort: effort, texts: texts) }
        return (enlarged(image), effort, true)
    }

    /// At the target size by bicubic interpolation; the same where it has that size.
    private func enlarged(_ image: PixelImage) -> PixelImage {
        guard image.width != settings.edge else { return image }
        let picture = Tensor(
            shape: [1, image.height, image.width, 3], values: image.pixels.map { Float($0) / 127.5 - 1 })
        let large = device.backend.resizeBicubic(picture, height: settings.edge, width: settings.edge)
        return PixelImage(decoded: large, item: 0)
    }

    private func makeFolder(_ path: String) throws {
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw RequestError(
                option: "--output", problem: "the folder \(path) cannot be made", remedy: "choose another folder")
        }
    }
}

/// How long the rest takes, by its work and the speed so far.
private struct Pace {
    private var left: [[Double]]
    private var done = (operations: 0.0, seconds: 0.0)

    init(operations: [[Double]]) { left = operations }

    mutating func note(_ row: Int, _ index: Int, seconds: Double?) {
        if let seconds {
            done.operations += left[row][index]
            done.seconds += seconds
        }
        left[row][index] = 0
    }

    var secondsLeft: Double? {
        guard done.operations > 0 else { return nil }
        return left.joined().reduce(0, +) * done.seconds / done.operations
    }
}
