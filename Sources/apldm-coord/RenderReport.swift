import Cluster
import CommandSupport
import DiffusionModels
import FoundationEssentials
import RenderPipeline
import Tensors

/// What `--json` prints: how the pictures were made and what it took.
struct RenderReport: Encodable {
    private var model: Model
    private var compute: ComputeReport
    private var peakMemoryBytes = 0
    /// The most that tensors took at a time beside the weights.
    private var peakTensorBytes = 0
    private let weightBytes = TensorMemory.bytes
    private var pictures: [Picture] = []
    /// Tasks by whoever's result counted; nil where nobody else took part.
    var completedTasks: [String: Int]?
    /// What was handed out and moved; nil where nobody else took part.
    var cluster: Cluster?
    private let scheduler: SamplerConfiguration
    private let latents: String?

    private enum CodingKeys: String, CodingKey {
        case model, compute, peakMemoryBytes, peakTensorBytes, completedTasks, cluster, pictures
    }

    struct Cluster: Encodable {
        private let attempts: Int
        private let repeatedAttempts: Int
        private let failedAttempts: Int
        private let differingResults: Int
        private let sentBytes: UInt64
        private let receivedBytes: UInt64

        init(_ coordinator: ClusterCoordinator) async {
            let statistics = await coordinator.statistics
            attempts = statistics.attempts
            repeatedAttempts = statistics.repeatedAttempts
            failedAttempts = statistics.failures
            differingResults = statistics.nondeterminism
            sentBytes = coordinator.traffic.sent
            receivedBytes = coordinator.traffic.received
        }
    }

    private struct Model: Encodable {
        var name: String
        var folder: String
        var family: String
        /// The digest of its files.
        var sha256: String
        /// Which of several stored precisions was read, by component.
        var variants: [String: String]
    }

    private struct Picture: Encodable {
        var path: String
        /// SHA-256 of width, height and RGB levels, however the file compresses them.
        var sha256: String
        var seconds: Double
        var promptSeconds: Double
        var stages: [Stage]
        var parameters: Parameters
    }

    private struct Stage: Encodable {
        var height: Int
        var width: Int
        var latents: [Int]
        var conditioning: [Int]
        var firstStep: Int
        var steps: Int
        /// The timesteps that are run.
        var timesteps: [Double]
        /// Windows in which noise is predicted; nil for one pass over all latents.
        var windows: String?
        var decodeTiling: String
        var encodeTiling: String?
        var seconds: StageTimes.Stage
    }

    private struct Parameters: Encodable {
        var prompt: String
        var negativePrompt: String?
        var height: Int
        var width: Int
        var seed: UInt64
        var method: String
        var numInferenceSteps: Int
        var numResampleTimesteps: Int
        var guidanceScale: Double
        var guidanceRescale: Double
        var sizeMode: String
        var nativeSize: Int
        var sampler: String
        var samplerSettings: SamplerConfiguration
        var substages: [String]
        var initialLatents: String?
        var attentiveGuidance: Guidance?
    }

    private struct Guidance: Encodable {
        var gamma: Double
        var form: String
        var temperature: Double
        var powerCalibrate: Int
        var filter: String?
        var filterUnit: String
        var space: String
        var steps: [Int]
        var gammas: [Float]
    }

    /// - Parameters:
    ///   - model: what drew.
    ///   - identity: its digest.
    ///   - scheduler: the sampler settings of the model's folder.
    ///   - latents: the file of given noise, if any.
    ///   - backend: what it was computed on.
    init(
        model: DiffusionModel, identity: ModelIdentity, scheduler: SamplerConfiguration, latents: String?,
        backend: CPUBackend
    ) {
        self.model = Model(
            name: model.name, folder: model.folder, family: model.family.name, sha256: identity.sha256,
            variants: identity.variants)
        self.scheduler = scheduler
        self.latents = latents
        compute = ComputeReport(backend)
    }

    mutating func add(_ plan: RenderPlan, path: String, _ outcome: PictureBatch.Outcome) {
        let stageTimes = outcome.times.stages
        let stages = plan.stages.enumerated().map { index, stage in
            Stage(
                height: stage.size.height, width: stage.size.width,
                latents: [stage.latents.height, stage.latents.width],
                conditioning: [stage.conditioning.height, stage.conditioning.width], firstStep: stage.firstStep,
                steps: stage.stepCount, timesteps: Array(stage.sampler.timesteps[stage.firstStep...]),
                windows: stage.windows.map { "\($0.count) of \($0.window)" },
                decodeTiling: Self.name(of: stage.decodeTiling) { "core \($0.core), context \($0.context)" },
                encodeTiling: stage.refines
                    ? Self.name(of: stage.encodeTiling) { "tile \($0.tile), overlap \($0.overlap)" } : nil,
                seconds: index < stageTimes.count ? stageTimes[index] : StageTimes.Stage())
        }
        pictures.append(
            Picture(
                path: path, sha256: outcome.digest, seconds: outcome.seconds, promptSeconds: outcome.times.prompt,
                stages: stages,
                parameters: parameters(of: plan)))
    }

    private func parameters(of plan: RenderPlan) -> Parameters {
        let request = plan.request
        let guidance = request.attentiveGuidance
        return Parameters(
            prompt: request.prompt, negativePrompt: request.negativePrompt, height: request.size.height,
            width: request.size.width, seed: request.seed, method: request.method.rawValue,
            numInferenceSteps: request.steps, numResampleTimesteps: request.resampleSteps ?? request.steps,
            guidanceScale: request.guidanceScale, guidanceRescale: request.guidanceRescale,
            sizeMode: request.sizeMode.rawValue, nativeSize: request.nativeSize ?? plan.model.nativeSize,
            sampler: request.sampler.rawValue, samplerSettings: scheduler.overridden(by: request.samplerOverrides),
            substages: (request.method == .direct ? [] : plan.starts).map { Self.name(of: $0) },
            initialLatents: latents,
            attentiveGuidance: plan.guidance.isEmpty
                ? nil
                : Guidance(
                    gamma: guidance.scale, form: Self.name(of: guidance.form),
                    temperature: guidance.temperature ?? Double(plan.model.latentChannels).squareRoot(),
                    powerCalibrate: guidance.powerCalibrate,
                    filter: guidance.filter.map { "\($0.kind.rawValue) \($0.start)" },
                    filterUnit: guidance.filterUnit.rawValue, space: guidance.space.rawValue,
                    steps: plan.guidance.map(\.step), gammas: plan.guidance.map(\.gamma)))
    }

    private static func name<Geometry>(
        of tiling: AutoencoderTiling<Geometry>, _ describe: (Geometry) -> String
    ) -> String {
        switch tiling {
        case .exact(let core): core.map { "exact, core \($0)" } ?? "whole"
        case .approximate(let geometry): describe(geometry)
        }
    }

    private static func name(of start: SubstageStart) -> String {
        switch start {
        case .initRate(let rate): "init_rate \(rate)"
        case .eta2(let share): "eta2 \(share)"
        }
    }

    private static func name(of form: GuidanceForm) -> String {
        switch form {
        case .paper(let delay, let exponent): "paper: eta1 \(delay), beta \(exponent)"
        case .official(let density, let decay):
            "official: density \(density), decay "
                + (decay.map { "\($0.kind.rawValue) \($0.minimum) \($0.factor)" } ?? "none")
        }
    }

    func json() throws -> String {
        var report = self
        report.peakMemoryBytes = HostUsage.peakMemory
        report.peakTensorBytes = TensorMemory.peakBytes - weightBytes
        return try Console.json(report)
    }
}
