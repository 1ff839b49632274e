import DiffusionModels
import RenderPipeline
import Tensors
import Testing

/// Stage two from an existing picture.
@Suite(.serialized)
struct InitialPictureTests {
    private let model = ModelProperties(
        nativeSize: 256, factor: 8, latentChannels: 4, sampleSize: 32, autoencoderSampleSize: 256)

    private func plan(
        from size: Extent, to target: Extent, _ change: (inout RenderRequest) -> Void = { _ in }
    ) throws -> RenderPlan {
        var request = RenderRequest(prompt: "", size: target)
        request.initialPicture = InitialPicture(size: size, sha256: "")
        change(&request)
        return try RenderPlan(request, model: model, scheduler: SamplerConfiguration())
    }

    @Test func everyStageRefinesAndTheRatioOfTheAreasSaysHowManyThereAre() throws {
        let size = Extent(height: 512, width: 256)
        let double = try plan(from: size, to: Extent(height: 1024, width: 512))
        #expect(double.stages.map(\.size) == [Extent(height: 1024, width: 512)])
        #expect(double.stages.map(\.stepCount) == [10])
        #expect(double.starts == [.eta2(0.2)])
        let quadruple = try plan(from: size, to: Extent(height: 2048, width: 1024))
        // Halfway between the areas: √((512·256 + 2048·1024)/2 · 2), rounded down to 8.
        #expect(quadruple.stages.map(\.size) == [Extent(height: 1488, width: 744), Extent(height: 2048, width: 1024)])
        #expect(quadruple.stages.map(\.stepCount) == [5, 10])
        for plan in [double, quadruple] {
            #expect(plan.stages.allSatisfy { $0.refines && $0.conditioning == $0.size })
            #expect(plan.guidance.isEmpty)
        }
        let same = try plan(from: size, to: size)
        #expect(same.stages.map(\.size) == [size])
    }

    @Test(arguments: [
        (101, 99, Extent(height: 200, width: 200)), (1, 1, Extent(height: 8, width: 8)),
        (3, 1000, Extent(height: 8, width: 2000)), (640, 427, Extent(height: 1280, width: 856)),
    ])
    func twiceAnySizeIsATargetThatFits(_ height: Int, _ width: Int, _ expected: Extent) throws {
        let picture = InitialPicture(size: Extent(height: height, width: width), sha256: "")
        #expect(picture.target() == expected)
        #expect(try plan(from: picture.size, to: picture.target()).stages.last?.size == expected)
    }

    @Test func twiceEverySizeFits() throws {
        for height in stride(from: 1, to: 70, by: 1) {
            for width in 1...70 {
                let picture = InitialPicture(size: Extent(height: height, width: width), sha256: "")
                #expect(try plan(from: picture.size, to: picture.target()).stages.count >= 1)
            }
        }
    }

    @Test func oneEdgeGivesTheOther() {
        let picture = InitialPicture(size: Extent(height: 300, width: 400), sha256: "")
        #expect(picture.target(width: 800) == Extent(height: 600, width: 800))
        #expect(picture.target(height: 904) == Extent(height: 904, width: 1208))
        #expect(picture.target(width: .max).height > 0)
        #expect(picture.target(height: -8).width > 0)
        #expect(picture.target(height: 8, width: 16) == Extent(height: 8, width: 16))
    }

    @Test(arguments: [
        (Extent(height: 248, width: 256), "--width, --height", "512x512"),
        (Extent(height: 512, width: 520), "--width, --height", "520x520 or 512x512"),
        (Extent(height: 512, width: 256), "--width, --height", "512x512"),
        (Extent(height: 500, width: 500), "--width, --height", "multiple of 8"),
    ])
    func targetsThatDoNotFitAreRefusedWithSizesThatDo(_ target: Extent, _ option: String, _ remedy: String) throws {
        let error = try #require(throws: RequestError.self) {
            _ = try plan(from: Extent(height: 256, width: 256), to: target)
        }
        #expect(error.option == option)
        #expect(error.description.contains(remedy), "\(error)")
    }

    @Test func whatContradictsAPictureIsRefused() {
        let size = Extent(height: 256, width: 256)
        #expect(throws: RequestError.self) { _ = try plan(from: size, to: size) { $0.method = .direct } }
        #expect(throws: RequestError.self) { _ = try plan(from: size, to: size) { $0.substages = [] } }
        for height in [0, -1, 65_537, Int.max] {
            #expect(throws: RequestError.self) { _ = try plan(from: Extent(height: height, width: 256), to: size) }
        }
    }

    @Test func theEstimateCoversTheWholeWork() throws {
        let plan = try plan(from: Extent(height: 128, width: 128), to: Extent(height: 256, width: 256))
        var estimate = ProgressEstimate(plan: plan)
        let phases: [RenderPhase] =
            [.prompt, .upsample(stage: 0), .encode(stage: 0)] + (0..<10).map { .step(stage: 0, step: $0) }
        for phase in phases { estimate.ended(phase, seconds: 1) }
        #expect(estimate.fraction < 1)
        estimate.ended(.decode(stage: 0), seconds: 1)
        #expect(estimate.fraction == 1)
    }

    /// The first picture of a render, handed in as it is with the noise of the later stages, gives their every bit.
    @Test(arguments: [SamplerKind.euler, .dpmpp2M], [SizeSchedule.Mode.fixed, .paper])
    func fromTheFirstPictureTheLaterStagesAreThoseOfTheWholeRender(
        sampler: SamplerKind, mode: SizeSchedule.Mode
    ) async throws {
        let renders = try TinyRenders()
        var request = TinyRenders.request
        request.sampler = sampler
        request.sizeMode = mode
        let whole = RecordedTensors()
        let expected = try await renders.render(request, observer: RenderObserver(record: whole.append))

        let first = expected.firstPicture
        request.initialPicture = InitialPicture(
            size: Extent(height: first.shape[1], width: first.shape[2]), sha256: ImageDigest.digest(values: first))
        request.seed = 99
        request.attentiveGuidance = .off
        let noise = try [1, 2].map { try #require(whole["noise.\($0)"]).channelsLast() }
        let part = RecordedTensors()
        let found = try await renders.render(
            request, inputs: RenderInputs(noise: noise, initialPicture: first),
            observer: RenderObserver(record: part.append))

        #expect(found.picture.isSame(as: expected.picture))
        #expect(found.latents.isSame(as: expected.latents))
        for stage in 0..<2 {
            for name in ["upsampled", "encoded", "diffused", "latents", "image"] {
                let tensor = try #require(part["\(name).\(stage)"])
                let wanted = try #require(whole["\(name).\(stage + 1)"])
                #expect(tensor.isSame(as: wanted), "\(name) of stage \(stage)")
            }
        }
    }

    @Test func thePictureAndTheSeedDetermineTheResult() async throws {
        let renders = try TinyRenders()
        var request = TinyRenders.request
        let size = Extent(height: 96, width: 128)
        request.initialPicture = InitialPicture(size: size, sha256: "")
        let grey = RenderInputs(initialPicture: Tensor(shape: [1, 96, 128, 3], repeating: 0))
        let dark = RenderInputs(initialPicture: Tensor(shape: [1, 96, 128, 3], repeating: -0.5))
        let first = try await renders.render(request, inputs: grey)
        let again = try await renders.render(request, inputs: grey)
        #expect(again.picture.isSame(as: first.picture))
        let darker = try await renders.render(request, inputs: dark)
        #expect(!darker.picture.isSame(as: first.picture))
        request.seed += 1
        let reseeded = try await renders.render(request, inputs: grey)
        #expect(!reseeded.picture.isSame(as: first.picture))
    }

    @Test func aPictureOtherThanTheRequestSaysIsRefused() async throws {
        let renders = try TinyRenders()
        var request = TinyRenders.request
        let picture = Tensor(shape: [1, 96, 128, 3], repeating: 0)
        await #expect(throws: RequestError.self) {
            try await renders.render(request, inputs: RenderInputs(initialPicture: picture))
        }
        request.initialPicture = InitialPicture(size: Extent(height: 96, width: 128), sha256: "")
        let wrong = [
            nil, Tensor(shape: [1, 128, 96, 3], repeating: 0), Tensor(shape: [1, 96, 128, 3], repeating: .nan),
        ]
        for initial in wrong {
            await #expect(throws: RequestError.self) {
                try await renders.render(request, inputs: RenderInputs(initialPicture: initial))
            }
        }
    }
}
