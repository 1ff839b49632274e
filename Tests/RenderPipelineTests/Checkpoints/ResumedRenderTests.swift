import DiffusionModels
import Foundation
import RenderPipeline
import Tensors
import Testing

/// A render that was interrupted ends in the same bytes as one that was not.
@Suite(.serialized)
struct ResumedRenderTests {
    /// What interrupts a render, after a stage has been kept.
    private struct Interrupted: Error {}

    /// The same request with all that a render can start from.
    enum Start: String, CaseIterable, Sendable {
        case seed, noise, picture

        func apply(to request: inout RenderRequest) -> RenderInputs {
            switch self {
            case .seed: return RenderInputs()
            case .noise:
                var generator = TorchGenerator(seed: 77)
                return RenderInputs(noise: [generator.randn(shape: [1, 13, 18, 4])])
            case .picture:
                var generator = TorchGenerator(seed: 78)
                let picture = generator.randn(shape: [1, 96, 128, 3])
                request.initialPicture = InitialPicture(
                    size: Extent(height: 96, width: 128), sha256: ImageDigest.digest(values: picture))
                request.attentiveGuidance = .off
                return RenderInputs(initialPicture: picture)
            }
        }
    }

    @Test(arguments: [SamplerKind.euler, .eulerAncestral, .dpmpp2M], Start.allCases)
    func fromEveryStageTheBytesAreThoseOfAnUninterruptedRender(sampler: SamplerKind, start: Start) async throws {
        let renders = try TinyRenders()
        var request = TinyRenders.request
        request.sampler = sampler
        let inputs = start.apply(to: &request)
        let plan = try renders.plan(request)
        let identity = try RenderIdentity(
            RenderRecord(
                program: "1", model: ModelIdentity(name: "sdxl-a", family: "x", sha256: "b", variants: [:]),
                request: plan.request, initialLatents: inputs.noise.first.map(LatentsDigest.digest), numerics: "test"))
        let temporary = try TemporaryFolder()
        let whole = try StageFolder.begin(at: temporary.file("whole"), plan: plan, identity: identity)
        let expected = try await renders.render(
            request, inputs: inputs, observer: RenderObserver(finished: { try whole.keep($0) }))
        #expect(whole.finishedCount == plan.stages.count)

        for last in plan.stages.indices {
            let path = temporary.file("until-\(last)")
            let interrupted = try StageFolder.begin(at: path, plan: plan, identity: identity)
            await #expect(throws: Interrupted.self) {
                try await renders.render(
                    request, inputs: inputs,
                    observer: RenderObserver(finished: { stage in
                        try interrupted.keep(stage)
                        if stage.index == last { throw Interrupted() }
                    }))
            }
            let resumed = try StageFolder.resume(at: path, plan: plan, identity: identity)
            #expect(resumed.finishedCount == last + 1)
            let steps = StepCount()
            var rest = inputs
            rest.finished = try resumed.lastStage()
            let found = try await renders.render(
                request, inputs: rest,
                observer: RenderObserver(progress: steps.note, finished: { try resumed.keep($0) }))
            #expect(found.picture.isSame(as: expected.picture), "after stage \(last)")
            #expect(found.latents.isSame(as: expected.latents), "after stage \(last)")
            #expect(steps.count == plan.stages.dropFirst(last + 1).map(\.stepCount).reduce(0, +))
            let names = try FileManager.default.contentsOfDirectory(atPath: path).sorted()
            #expect(
                names == plan.stages.indices.flatMap { ["stage\($0 + 1).png", "stage\($0 + 1).safetensors"] } + [
                    "stages.json"
                ])
            for name in names {
                let isSame = try readFile("\(path)/\(name)") == readFile(temporary.file("whole/\(name)"))
                #expect(isSame, "\(name)")
            }
        }
    }

    @Test func aStageOfAnotherShapeIsRefused() async throws {
        let renders = try TinyRenders()
        let stage = try renders.plan(TinyRenders.request).stages[0]
        let (height, width) = (stage.latents.height, stage.latents.width)
        let latents = Tensor(shape: [1, height, width, 4])
        let picture = Tensor(shape: [1, 8 * height, 8 * width, 3])
        for wrong in [
            FinishedStage(index: -1, latents: latents, picture: picture),
            FinishedStage(index: 3, latents: latents, picture: picture),
            FinishedStage(index: 1, latents: latents, picture: picture),
            FinishedStage(index: 0, latents: picture, picture: latents),
            FinishedStage(index: 0, latents: latents, picture: Tensor(shape: picture.shape, repeating: .nan)),
        ] {
            await #expect(throws: RequestError.self) {
                try await renders.render(TinyRenders.request, inputs: RenderInputs(finished: wrong))
            }
        }
    }

    @Test func whatIsFinishedCountsNeitherAsWorkNorAsProgress() throws {
        let plan = try TinyRenders().plan(TinyRenders.request)
        var estimate = ProgressEstimate(plan: plan, finishedStages: 2)
        #expect(estimate.fraction == 0)
        estimate.ended(.step(stage: 0, step: 0), seconds: 1)
        #expect(estimate.fraction == 0)
        let phases: [RenderPhase] = [
            .prompt, .upsample(stage: 2), .encode(stage: 2), .step(stage: 2, step: 0), .step(stage: 2, step: 1),
            .decode(stage: 2),
        ]
        for phase in phases { estimate.ended(phase, seconds: 1) }
        #expect(estimate.fraction == 1)
        #expect(ProgressEstimate(plan: plan, finishedStages: 3).fraction == 1)
    }

    /// As a run that finds a checkpoint does, of which the estimate is told nothing.
    @Test func whatIsNotDoneAgainCountsAsDone() throws {
        let plan = try TinyRenders().plan(TinyRenders.request)
        var estimate = ProgressEstimate(plan: plan)
        estimate.ended(.prompt, seconds: 1)
        let before = estimate.fraction
        estimate.advanced(.step(stage: 2, step: 1), share: 0, seconds: 0)
        #expect(estimate.fraction > before && estimate.fraction < 1)
        estimate.ended(.step(stage: 2, step: 1), seconds: 1)
        estimate.ended(.decode(stage: 2), seconds: 1)
        #expect(estimate.fraction == 1)
        #expect(estimate.secondsLeft == 0)
    }
}

/// How many steps were run.
private final class StepCount: @unchecked Sendable {  // guarded by the lock
    private let lock = NSLock()
    private var steps = 0

    func note(_ progress: RenderProgress) {
        if case .ended(.step) = progress { lock.withLock { steps += 1 } }
    }
    var count: Int { lock.withLock { steps } }
}
