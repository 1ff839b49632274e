import DiffusionModels
import FoundationEssentials
import RenderPipeline
import Synchronization
import Tensors
import TestSupport
import Testing

/// Renders whose stage two predicts noise in windows.
@Suite(.serialized)
struct WindowedRenderTests {
    /// The small render's sub-stages have 18x24 and 24x32 cells or so, its windows 16x16.
    private static func request(overlap: Int? = nil) -> RenderRequest {
        var request = TinyRenders.request
        request.latentWindows = LatentWindowRule(overlap: overlap)
        return request
    }

    private static func model() throws -> DiffusionModel {
        try DiffusionModel.load(folder: GoldenFile.folder.appending(path: "models/sdxl-a").path)
    }

    @Test func onlyStageTwoHasWindowsOfTheNativeSize() throws {
        let plan = try TinyRenders().plan(Self.request())
        #expect(plan.stages[0].windows == nil)
        let last = try #require(plan.stages.last?.windows)
        #expect(last.window == Extent(height: 16, width: 16))
        #expect(last.latents == Extent(height: 24, width: 32))
        #expect(last == LatentWindows(last.latents, edge: 16, overlap: 4))
        #expect(last.count == 2 * 3)
        #expect(try TinyRenders().plan(TinyRenders.request).stages.allSatisfy { $0.windows == nil })
    }

    @Test func directSamplingHasNoWindows() throws {
        var request = Self.request()
        request.method = .direct
        #expect(try TinyRenders().plan(request).stages.allSatisfy { $0.windows == nil })
    }

    @Test func aWindowOfEverythingIsAWholePassToTheByte() async throws {
        let renders = try TinyRenders()
        var whole = TinyRenders.request
        whole.nativeSize = 256
        whole.size = Extent(height: 256, width: 256)
        // From an existing picture: stage one would leave nothing to refine.
        var generator = TorchGenerator(seed: 8)
        let picture = generator.randn(shape: [1, 128, 128, 3]).clamped(to: -1...1)
        whole.initialPicture = InitialPicture(
            size: Extent(height: 128, width: 128), sha256: ImageDigest.digest(values: picture))
        whole.attentiveGuidance = .off
        var windowed = whole
        windowed.latentWindows = LatentWindowRule()
        let inputs = RenderInputs(initialPicture: picture)
        let expected = try await renders.render(whole, inputs: inputs)
        let found = try await renders.render(windowed, inputs: inputs)
        #expect(found.picture.isSame(as: expected.picture))
    }

    @Test(arguments: [1, 2]) func anExecutorPredictsInOneWindowWhatItPredictsInNone(branches: Int) async throws {
        let executor = LocalExecutor(model: try Self.model(), backend: CPUBackend(threads: 2))
        let encoded = await executor.encodePrompt("a lake", negative: branches == 2 ? .absent : .unused)
        var generator = TorchGenerator(seed: 8)
        let latents = generator.randn(shape: [1, 12, 10, 4])
        let size = Extent(height: 96, width: 80)
        let whole = await executor.predictNoise(latents, timestep: 601, branches: encoded, size: size)
        let windows = LatentWindows(Extent(height: 12, width: 10), edge: 16, overlap: 4)
        let found = try await executor.predictNoise(
            latents, windows: windows, timestep: 601, branches: encoded, size: size
        ) { _ in }
        #expect(found.count == branches)
        #expect(zip(found, whole).allSatisfy { $0.isSame(as: $1) })
    }

    @Test(arguments: [SamplerKind.euler, .eulerAncestral, .dpmpp2M])
    func theNumberOfThreadsAndTheMemoryNeverChangeABit(sampler: SamplerKind) async throws {
        var request = Self.request(overlap: 7)
        request.sampler = sampler
        let model = try Self.model()
        let scheduler = try SamplerConfiguration(schedulerFile: model.schedulerConfigurationPath)
        let plan = try RenderPlan(request, model: ModelProperties(model), scheduler: scheduler)
        var pictures: [Tensor] = []
        for (threads, memory) in [(1, MemoryBudget.unlimited), (2, .unlimited), (3, .unlimited), (2, .init(bytes: 1))] {
            let executor = LocalExecutor(model: model, backend: CPUBackend(threads: threads), memory: memory)
            pictures.append(try await Renderer(executor: executor).render(plan).picture)
        }
        #expect(pictures.allSatisfy { $0.isSame(as: pictures[0]) && $0.isFinite })
    }

    @Test func windowsAndTheirOverlapChangeThePictureAndNotStageOne() async throws {
        let renders = try TinyRenders()
        var pictures: [RenderedPicture] = []
        for request in [TinyRenders.request, Self.request(), Self.request(overlap: 8)] {
            pictures.append(try await renders.render(request))
        }
        #expect(pictures.allSatisfy { $0.firstPicture.isSame(as: pictures[0].firstPicture) })
        for (first, second) in [(0, 1), (0, 2), (1, 2)] {
            #expect(!pictures[first].picture.isSame(as: pictures[second].picture))
        }
    }

    @Test func everyWindowIsProgress() async throws {
        let renders = try TinyRenders()
        let shares = Mutex<[RenderPhase: [Double]]>([:])
        _ = try await renders.render(
            Self.request(),
            observer: RenderObserver(progress: { progress in
                guard case .advanced(let phase, let share) = progress, case .step = phase else { return }
                shares.withLock { $0[phase, default: []].append(share) }
            }))
        let last = shares.withLock { $0[.step(stage: 2, step: 0)] }
        #expect(last == (1...6).map { Double($0) / 6 })
    }

    @Test func aCancelledStepEndsBetweenItsWindows() async throws {
        let executor = LocalExecutor(model: try Self.model(), backend: CPUBackend(threads: 2))
        let encoded = await executor.encodePrompt("a lake", negative: .unused)
        let windows = LatentWindows(Extent(height: 64, width: 64), edge: 16, overlap: 14)
        let latents = Tensor(shape: [1, 64, 64, 4])
        let done = Mutex(0.0)
        let task = Task {
            try await executor.predictNoise(
                latents, windows: windows, timestep: 601, branches: encoded, size: Extent(height: 512, width: 512)
            ) { share in
                done.withLock { $0 = share }
                withUnsafeCurrentTask { $0?.cancel() }
            }
        }
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(done.withLock { $0 } == 1 / Double(windows.count))
    }

    @Test(arguments: [(1.0, 1), (4.0, 2)])
    func aPlanCountsTheWorkOfEveryWindowAndTheMemoryOfOne(guidance: Double, branches: Int) throws {
        let model = try Self.model()
        let scheduler = try SamplerConfiguration(schedulerFile: model.schedulerConfigurationPath)
        var (whole, windowed) = (TinyRenders.request, Self.request())
        (whole.guidanceScale, windowed.guidanceScale) = (guidance, guidance)
        let costs = try [whole, windowed].map { request in
            let plan = try RenderPlan(request, model: ModelProperties(model), scheduler: scheduler)
            return (plan, ResourcePlan(plan, model: model).stages)
        }
        let (plan, stages) = costs[1]
        let pass = model.unet.configuration.cost(height: 16, width: 16)
        for (index, stage) in plan.stages.enumerated().dropFirst() {
            let windows = try #require(stage.windows)
            #expect(stages[index].passes == windows.count)
            #expect(
                stages[index].operations.denoise
                    == pass.operations * Double(windows.count * branches * stage.stepCount))
            let need = try #require(stages[index].needs.first { $0.part == "denoising" })
            let other = try #require(costs[0].1[index].needs.first { $0.part == "denoising" })
            let cost = model.unet.configuration.cost(height: stage.latents.height, width: stage.latents.width)
            #expect(other.least - need.least == cost.memory - pass.memory)
            #expect(need.comfortable - need.least == (branches - 1) * pass.memory)
            #expect(stages[index].operations.decode == costs[0].1[index].operations.decode)
        }
        #expect(stages[0] == costs[0].1[0])
    }

    @Test func progressCountsTheCellsOfAllWindows() throws {
        let plans = try [TinyRenders.request, Self.request(overlap: 14)].map { try TinyRenders().plan($0) }
        var shares: [Double] = []
        for plan in plans {
            var estimate = ProgressEstimate(plan: plan)
            estimate.advanced(.step(stage: 2, step: 0), share: 0, seconds: 0)
            let before = estimate.fraction
            estimate.ended(.step(stage: 2, step: 0), seconds: 1)
            shares.append(estimate.fraction - before)
        }
        #expect(shares[1] > 1.5 * shares[0])
    }

    @Test(
        "An overlap that cannot be names its option",
        arguments: [(-1, 16), (15, 16), (16, 16), (.max, 16), (.min, 16), (0, 1), (0, 0)])
    func overlapsThatCannotBe(overlap: Int, edge: Int) throws {
        var request = Self.request(overlap: overlap)
        request.nativeSize = 8 * edge
        if edge == 0 {
            // Of stage one, which would refuse it, there is none.
            request.initialPicture = InitialPicture(size: Extent(height: 96, width: 128), sha256: "x")
        }
        let error = #expect(throws: RequestError.self) { _ = try TinyRenders().plan(request) }
        #expect(error?.option == "--window-overlap")
    }

    @Test func tooManyWindowsAreRefusedBeforeTheyAreMade() throws {
        var request = Self.request(overlap: 0)
        request.nativeSize = 16
        request.size = Extent(height: 65_536, width: 65_536)
        request.tileCore = nil
        let error = #expect(throws: RequestError.self) { _ = try TinyRenders().plan(request) }
        #expect(error?.option == "--window-overlap")
    }
}
