import Cluster
import ClusterMessages
import DiffusionModels
import RenderPipeline
import Synchronization
import Tensors
import Testing

extension FarmTests {
    /// Stages that one host denoises, against the steps of one device.
    struct WholeStageTests {
        private static func plan(
            _ sampler: SamplerKind, _ method: MethodKind = .apldm, guidance: Double = 5, windows: Bool = false
        ) throws -> RenderPlan {
            let model = try TestModel.shared.diffusion
            var request = RenderRequest(prompt: "a lake", size: Extent(height: 192, width: 256), seed: 11)
            request.nativeSize = 64
            request.steps = 10
            request.sampler = sampler
            request.method = method
            request.guidanceScale = guidance
            if windows { request.latentWindows = LatentWindowRule(overlap: 2) }
            return try RenderPlan(
                request, model: ModelProperties(model),
                scheduler: try SamplerConfiguration(schedulerFile: model.schedulerConfigurationPath))
        }

        private static func isSame(
            _ plan: RenderPlan, workers: Int, hasDevice: Bool = false, operations: Int
        ) async throws -> Bool {
            let expected = try await Renderer(executor: try TestModel.shared.device()).render(plan)
            let counter = OperationCounter()
            return try await LoopbackFarm.run {
                $0.hasDevice = hasDevice
            } _: { farm in
                for worker in 0..<workers {
                    farm.start("w\(worker)") { _, operation, compute in
                        if case .denoise = operation { counter.add() }
                        return try await compute()
                    }
                }
                try await farm.farm.waitForWorkers(workers)
                let result = try await Renderer(executor: await farm.executor(wholeStages: true)).render(plan)
                if !hasDevice { #expect(counter.count >= operations) }
                return result.picture.hasSameBytes(as: expected.picture)
                    && result.latents.hasSameBytes(as: expected.latents)
            }
        }

        @Test(arguments: SamplerKind.allCases) func everySamplerGivesTheSameBytes(sampler: SamplerKind) async throws {
            let plan = try Self.plan(sampler)
            #expect(plan.stages.count > 1)
            #expect(try await Self.isSame(plan, workers: 1, operations: plan.stages.count))
        }

        @Test(arguments: [1, 2, 3], [false, true])
        func whoeverDenoisesThePictureIsTheSame(workers: Int, hasDevice: Bool) async throws {
            let plan = try Self.plan(.eulerAncestral)
            #expect(
                try await Self.isSame(plan, workers: workers, hasDevice: hasDevice, operations: plan.stages.count))
        }

        @Test(arguments: [(MethodKind.direct, 5.0, false), (.apldm, 1, false), (.apldm, 5, true)])
        func methodsAndWindowsGiveTheSameBytes(method: MethodKind, guidance: Double, windows: Bool) async throws {
            let plan = try Self.plan(.euler, method, guidance: guidance, windows: windows)
            #expect(try await Self.isSame(plan, workers: 2, operations: plan.stages.count))
        }

        @Test(arguments: [false, true]) func stepsAreToldOfWhileTheyAreDone(hasDevice: Bool) async throws {
            let plan = try Self.plan(.euler)
            let (expected, seen) = (SeenSteps(), SeenSteps())
            _ = try await Renderer(executor: try TestModel.shared.device())
                .render(plan, observer: RenderObserver(progress: expected.note))
            let steps = plan.stages.map(\.stepCount)
            try await LoopbackFarm.run {
                $0.hasDevice = hasDevice
            } _: { farm in
                if !hasDevice {
                    farm.start("w") { _, operation, compute in
                        guard case .denoise(let stage) = operation else { return try await compute() }
                        let output = try await compute()
                        // All but the result has been sent: it is not what tells of the steps.
                        let ended = steps.prefix(stage.stage).reduce(0, +)
                        let limit = ContinuousClock.now + .seconds(20)
                        while seen.ended < ended, .now < limit { try await Task.sleep(for: .milliseconds(5)) }
                        #expect(seen.ended == ended)
                        return output
                    }
                    try await farm.farm.waitForWorkers(1)
                }
                _ = try await Renderer(executor: await farm.executor(wholeStages: true))
                    .render(plan, observer: RenderObserver(progress: seen.note))
            }
            #expect(seen.all == expected.all)
        }

        @Test(arguments: ["", "{}", "[", "{\"format\": 1}"], [1, 2])
        func aRecordThatIsNoneIsTheTasksFault(record: String, stage: Int) async throws {
            let model = try TestModel.shared
            let latents = try TestModel.shared.latents(8, 8)
            await #expect(throws: TaskRunnerError.self) {
                _ = try await model.runner(model.device()).run(
                    .denoise(DenoiseStage(record: record, stage: stage)), inputs: stage == 1 ? [] : [latents]
                ) { _ in }
            }
        }
    }
}

/// Counts from many threads.
private final class OperationCounter: Sendable {
    private let value = Mutex(0)

    var count: Int { value.withLock { $0 } }

    func add() { value.withLock { $0 += 1 } }
}

/// What was told of steps.
private final class SeenSteps: Sendable {
    private let news = Mutex<[RenderProgress]>([])

    var all: [RenderProgress] { news.withLock { $0 } }

    var ended: Int { all.count { if case .ended = $0 { true } else { false } } }

    @Sendable func note(_ progress: RenderProgress) {
        switch progress {
        case .began(.step), .ended(.step): news.withLock { $0.append(progress) }
        default: break
        }
    }
}
