import RenderPipeline
import Tensors
import TestSupport
import Testing

@Suite("Samplers against diffusers")
struct SamplerGoldenTests {
    let file: GoldenFile

    init() throws { file = try GoldenFile("schedulers/cases.safetensors") }

    @Test("every sampler is recorded", arguments: SamplerKind.allCases)
    func coverage(kind: SamplerKind) {
        #expect(RecordedSamplerRun.all.contains { $0.kind == kind && $0.hasTrajectory })
    }

    @Test("ᾱ of the training timesteps is exact", arguments: SamplerKind.allCases)
    func alphas(kind: SamplerKind) throws {
        let run = try #require(RecordedSamplerRun.all.first { $0.kind == kind })
        #expect(try run.sampler().alphasCumprod.map { Double($0) } == file.values("alphas_cumprod"))
    }

    @Test("timesteps and noise levels", arguments: RecordedSamplerRun.all)
    func tables(_ run: RecordedSamplerRun) throws {
        let sampler = try run.sampler()
        let timestepTolerance = run.configuration.usesKarrasSigmas == true ? 1e-2 : 0
        expectClose(sampler.timesteps, try file.values("\(run.number).timesteps"), timestepTolerance, 0)
        if let sigmas = sampler.sigmas {
            expectClose(sigmas.map { Double($0) }, try file.values("\(run.number).sigmas"), 0, 1e-5)
        } else {
            #expect(run.kind == .ddim)
        }
        expectClose([Double(sampler.initialNoiseScale)], [Double(run.initialNoiseScale)], 0, 1e-6)
    }

    @Test("recorded predictions lead along the recorded latents", arguments: RecordedSamplerRun.all)
    func trajectory(_ run: RecordedSamplerRun) throws {
        guard run.hasTrajectory else { return }
        let sampler = try run.sampler()
        let shape = try #require(file.entries["\(run.number).x"]).shape
        let latents = try rows("\(run.number).x", shape)
        let predictions = try rows("\(run.number).model_output", shape)
        let inputs = try rows("\(run.number).model_input", shape)

        var start = latents[0]
        if run.start > 0 {
            let clean = try rows("\(run.number).clean", [1] + shape.dropFirst())[0]
            let noise = try rows("\(run.number).noise", [1] + shape.dropFirst())[0]
            start = sampler.noised(clean, with: noise, at: run.start)
        }
        var generator = TorchGenerator(seed: 777)
        var state = sampler.initialState(latents: start, startingAt: run.start)
        expectClose(state.latents, latents[0])
        for (index, prediction) in predictions.enumerated() {
            expectClose(sampler.modelInput(state.latents, at: state.stepIndex), inputs[index])
            let noise = sampler.drawsNoise ? generator.randn(shape: prediction.shape) : nil
            state = sampler.step(state, prediction: prediction, noise: noise)
            expectClose(state.latents, latents[index + 1])
        }
        #expect(state.stepIndex == run.steps)
    }

    private func rows(_ name: String, _ shape: [Int]) throws -> [Tensor] {
        let values = try file.values(name).map { Float($0) }
        let size = shape.dropFirst().reduce(1, *)
        return stride(from: 0, to: values.count, by: size).map { start in
            Tensor(shape: Array(shape.dropFirst()), values: values[start..<start + size])
        }
    }

    private func expectClose(_ tensor: Tensor, _ expected: Tensor) {
        expectClose(tensor.values.map { Double($0) }, expected.values.map { Double($0) }, 2e-5, 2e-5)
    }

    private func expectClose(_ values: [Double], _ expected: [Double], _ absolute: Double, _ relative: Double) {
        #expect(values.count == expected.count)
        for (index, (value, wanted)) in zip(values, expected).enumerated()
        where !(abs(value - wanted) <= absolute + relative * abs(wanted)) {
            Issue.record("element \(index) is \(value), not \(wanted)")
            return
        }
    }
}
