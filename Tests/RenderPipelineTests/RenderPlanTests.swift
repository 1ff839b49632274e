import DiffusionModels
import Foundation
import RenderPipeline
import Testing

/// What is wrong with a request is found before anything is computed.
struct RenderPlanTests {
    private let model = ModelProperties(
        nativeSize: 256, factor: 8, latentChannels: 4, sampleSize: 32, autoencoderSampleSize: 256)

    private func plan(_ change: (inout RenderRequest) -> Void) throws -> RenderPlan {
        var request = RenderRequest(prompt: "", size: Extent(height: 1024, width: 1024))
        change(&request)
        return try RenderPlan(request, model: model, scheduler: SamplerConfiguration())
    }

    @Test func sixteenTimesTheAreaTakesTwoSubstages() throws {
        let plan = try plan { _ in }
        let sizes = plan.stages.map(\.size.height)
        #expect(sizes == [256, 744, 1024])
        #expect(plan.stages.map(\.stepCount) == [50, 5, 10])
        #expect(plan.guidance.count == 47)
    }

    @Test func directSamplingHasOneStageWithoutGuidance() throws {
        let plan = try plan { $0.method = .direct }
        #expect(plan.stages.count == 1)
        #expect(plan.guidance.isEmpty)
        #expect(plan.stages[0].conditioning == Extent(height: 1024, width: 1024))
    }

    @Test func tilesAreExactUnlessOthersAreAskedFor() throws {
        let exact = try plan { $0.tileCore = 32 }
        #expect(exact.stages.allSatisfy { $0.decodeTiling == .exact(core: 32) && $0.encodeTiling == .exact(core: 32) })
        let paper = try plan {
            $0.decodeTiling = DecodeTilingRule(largestWholeArea: 800 * 800)
            $0.encodeTiling = EncodeTilingRule(smallestTiledArea: 744 * 744)
        }
        let decodes = paper.stages.map(\.decodeTiling)
        let core = RenderRequest.standardTileCore
        #expect(
            decodes == [.exact(core: core), .exact(core: core), .approximate(DecodeTiling(core: 8, context: 12))])
        let encodes = paper.stages.dropFirst().map(\.encodeTiling)
        #expect(encodes == [.approximate(EncodeTiling(tile: 256)), .approximate(EncodeTiling(tile: 256))])
    }

    @Test(
        "A request that cannot be rendered names the option at fault",
        arguments: [
            Fault("--width, --height") { $0.size = Extent(height: 1023, width: 1024) },
            Fault("--width, --height") { $0.size = Extent(height: 0, width: 1024) },
            Fault("--width, --height") { $0.size = Extent(height: 8, width: 1 << 40) },
            Fault("--width, --height") { request in
                request.method = .direct
                request.size = Extent(height: 1 << 62, width: 64)
            },
            Fault("--width, --height") { request in
                request.method = .direct
                request.size = Extent(height: 12, width: 64)
            },
            Fault("--num-inference-steps") { $0.steps = 0 },
            Fault("--num-inference-steps") { $0.steps = 1001 },
            Fault("--guidance-scale") { $0.guidanceScale = .nan },
            Fault("--guidance-rescale") { $0.guidanceRescale = 1.5 },
            Fault("--eta2") { $0.substages = [.eta2(0)] },
            Fault("--init-rates") { $0.substages = [.initRate(1)] },
            Fault("--eta1") { $0.attentiveGuidance.form = .paper(delay: 2, exponent: 3) },
            Fault("--attn-guidance-density") {
                $0.attentiveGuidance.form = .official(density: .stretches([1, 1, 1]), decay: nil)
            },
            Fault("--power-calibrate") { $0.attentiveGuidance.powerCalibrate = 3 },
            Fault("--lambda") { $0.attentiveGuidance.temperature = 0 },
            Fault("--native-size") { $0.nativeSize = 0 },
            Fault("--tile-core") { $0.tileCore = 7 },
            Fault("--tile-core") { request in
                request.size = Extent(height: 12800, width: 12800)
                request.tileCore = 12
            },
            Fault("PROMPT") { $0.prompt = String(repeating: "a", count: 100_001) },
        ])
    fileprivate func faults(fault: Fault) throws {
        let error = try #require(throws: RequestError.self) { _ = try plan(fault.change) }
        #expect(error.option == fault.option, "\(error)")
    }
}

private struct Fault: Sendable, CustomTestStringConvertible {
    let option: String
    let change: @Sendable (inout RenderRequest) -> Void
    init(_ option: String, _ change: @escaping @Sendable (inout RenderRequest) -> Void) {
        self.option = option
        self.change = change
    }
    var testDescription: String { option }
}
