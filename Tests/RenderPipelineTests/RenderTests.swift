import DiffusionModels
import Foundation
import RenderPipeline
import Tensors
import Testing

/// Whole renders on a small model.
@Suite(.serialized)
struct RenderTests {
    private static let model = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../Fixtures/models/sdxl-a").standardizedFileURL.path

    private func request(_ change: (inout RenderRequest) -> Void = { _ in }) -> RenderRequest {
        var request = RenderRequest(prompt: "a lighthouse", size: Extent(height: 192, width: 256), seed: 5)
        request.nativeSize = 128
        request.steps = 4
        request.substages = [.eta2(0.5), .eta2(0.5)]
        request.guidanceScale = 4
        change(&request)
        return request
    }

    private func render(
        _ request: RenderRequest, threads: Int = 2, noise: [Tensor] = [], observer: RenderObserver = RenderObserver()
    ) async throws -> RenderedPicture {
        let model = try DiffusionModel.load(folder: Self.model)
        let executor = LocalExecutor(model: model, backend: CPUBackend(threads: threads))
        let scheduler = try SamplerConfiguration(schedulerFile: model.schedulerConfigurationPath)
        let plan = try RenderPlan(request, model: executor.model, scheduler: scheduler)
        return try await Renderer(executor: executor).render(
            plan, inputs: RenderInputs(noise: noise), observer: observer)
    }

    @Test(arguments: SamplerKind.allCases)
    func theNumberOfThreadsNeverChangesABit(sampler: SamplerKind) async throws {
        let request = request { $0.sampler = sampler }
        let one = try await render(request, threads: 1)
        for threads in [2, 3] {
            let other = try await render(request, threads: threads)
            #expect(other.picture.values == one.picture.values)
            #expect(other.latents.values == one.latents.values)
        }
        #expect(one.picture.shape == [1, 192, 256, 3])
        let isFinite = one.picture.values.allSatisfy { $0.isFinite }
        #expect(isFinite)
    }

    @Test func anotherSeedGivesAnotherPicture() async throws {
        let first = try await render(request())
        let second = try await render(request { $0.seed = 6 })
        #expect(first.picture.values != second.picture.values)
    }

    @Test func theNoiseOfTheSeedGivenByHandGivesTheSamePicture() async throws {
        let drawn = Collected()
        let first = try await render(
            request(),
            observer: RenderObserver(record: { name, tensor in
                if name.hasPrefix("noise.") { drawn.append(name, tensor) }
            }))
        let noise = drawn.tensors.map { $0.tensor.channelsLast() }
        #expect(noise.count == 3)
        let second = try await render(request { $0.seed = 99 }, noise: noise)
        #expect(first.picture.values == second.picture.values)
    }

    @Test func attentiveGuidanceChangesThePicture() async throws {
        let guided = try await render(request())
        let plain = try await render(request { $0.attentiveGuidance = .off })
        #expect(guided.picture.values != plain.picture.values)
    }

    @Test func aFilterThatKeepsTheWholeSpectrumChangesNothingButRounding() async throws {
        // Square, so that the latents have an even number of rows: of an odd number the window leaves one out.
        let plain = try await render(request { $0.size = Extent(height: 256, width: 256) })
        let filtered = try await render(
            request {
                $0.size = Extent(height: 256, width: 256)
                $0.attentiveGuidance.filter = FrequencyFilter(kind: .linear, start: 1)
            })
        let pairs = zip(plain.latents.values, filtered.latents.values)
        let difference = pairs.reduce(Float(0)) { max($0, abs($1.0 - $1.1)) }
        #expect(difference < 1e-3)
    }

    @Test func progressBeginsAndEndsEveryPartOnce() async throws {
        let events = Events()
        _ = try await render(request(), observer: RenderObserver(progress: events.note))
        #expect(events.began == events.ended)
        let distinct = Set(events.began).count
        #expect(distinct == events.began.count)
        // The prompt; 4 steps and a decode; twice upsampling, encoding, 2 steps and a decode.
        #expect(events.began.count == 16)
    }

    @Test func aCancelledRenderStops() async throws {
        let task = Task { try await render(request { $0.steps = 1000 }) }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    @Test func aPictureOfTheNativeSizeHasOneStage() async throws {
        let rendered = try await render(request { $0.size = Extent(height: 128, width: 128) })
        #expect(rendered.picture.values == rendered.firstPicture.values)
    }

    @Test func wrongNoiseIsRefusedWithItsShape() async throws {
        await #expect(throws: RequestError.self) {
            try await render(request(), noise: [Tensor(shape: [1, 3, 3, 4])])
        }
    }
}

/// Tensors in the order in which they were reported.
private final class Collected: @unchecked Sendable {  // guarded by the lock
    private let lock = NSLock()
    private var all: [(name: String, tensor: Tensor)] = []

    func append(_ name: String, _ tensor: Tensor) { lock.withLock { all.append((name, tensor)) } }
    var tensors: [(name: String, tensor: Tensor)] { lock.withLock { all } }
}

/// What was reported as begun and as ended.
private final class Events: @unchecked Sendable {  // guarded by the lock
    private let lock = NSLock()
    private var all: (began: [RenderPhase], ended: [RenderPhase]) = ([], [])

    func note(_ progress: RenderProgress) {
        lock.withLock {
            switch progress {
            case .began(let phase): all.began.append(phase)
            case .advanced: break
            case .ended(let phase): all.ended.append(phase)
            }
        }
    }
    var began: [RenderPhase] { lock.withLock { all.began } }
    var ended: [RenderPhase] { lock.withLock { all.ended } }
}
