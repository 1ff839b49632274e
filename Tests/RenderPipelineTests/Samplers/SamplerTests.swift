import RenderPipeline
import Tensors
import Testing

@Suite("Samplers as values")
struct SamplerTests {
    private let configuration: SamplerConfiguration = {
        var configuration = SamplerConfiguration()
        configuration.clipsSample = false
        return configuration
    }()

    private func tensor(_ seed: UInt64) -> Tensor {
        var generator = TorchGenerator(seed: seed)
        return generator.randn(shape: [1, 2, 2, 4])
    }

    @Test("a step run again from the same state gives the same bits", arguments: SamplerKind.allCases)
    func repeatable(kind: SamplerKind) throws {
        let sampler = try kind.sampler(configuration: configuration, steps: 20)
        var state = sampler.initialState(latents: tensor(0))
        for seed in 1...5 {
            let (prediction, noise) = (tensor(UInt64(seed)), sampler.drawsNoise ? tensor(UInt64(seed + 100)) : nil)
            let again = sampler.step(state, prediction: prediction, noise: noise)
            state = sampler.step(state, prediction: prediction, noise: noise)
            #expect(state.latents.values == again.latents.values)
            #expect(state.stepIndex == seed)
        }
    }

    @Test("a model that predicts the noise exactly leads back to the picture", arguments: SamplerKind.allCases)
    func exactPrediction(kind: SamplerKind) throws {
        var configuration = configuration
        configuration.setsFinalAlphaToOne = true
        for (type, steps) in [(PredictionType.epsilon, 20), (.velocity, 8)] {
            configuration.predictionType = type
            let sampler = try kind.sampler(configuration: configuration, steps: steps)
            let (clean, noise) = (tensor(1), tensor(2))
            var state = sampler.initialState(
                latents: sampler.noised(clean, with: noise, at: steps - 3), startingAt: steps - 3)
            while state.stepIndex < steps {
                let alpha = sampler.alphasCumprod[Int(sampler.timesteps[state.stepIndex])]
                let prediction =
                    type == .epsilon
                    ? noise : noise.combined(alpha.squareRoot(), clean, -(1 - alpha).squareRoot())
                // No fresh noise: the ancestral sampler then does not keep the noise level, but on the last step.
                if sampler.drawsNoise, state.stepIndex < steps - 1 {
                    state = sampler.initialState(
                        latents: sampler.noised(clean, with: noise, at: state.stepIndex + 1),
                        startingAt: state.stepIndex + 1)
                } else {
                    state = sampler.step(state, prediction: prediction, noise: sampler.drawsNoise ? noise : nil)
                }
            }
            for (value, wanted) in zip(state.latents.values, clean.values) { #expect(abs(value - wanted) < 1e-4) }
        }
    }

    @Test("the estimate of DDIM is clipped when the configuration says so")
    func clipping() throws {
        var configuration = configuration
        configuration.clipsSample = true
        configuration.clipSampleRange = 0.5
        configuration.predictionType = .sample
        configuration.setsFinalAlphaToOne = true
        let sampler = try SamplerKind.ddim.sampler(configuration: configuration, steps: 1)
        let state = sampler.step(sampler.initialState(latents: tensor(3)), prediction: tensor(4), noise: nil)
        #expect(state.latents.values == tensor(4).values.map { min(max($0, -0.5), 0.5) })
    }

    @Test("latents are brought to unit variance where they grow with the noise", arguments: SamplerKind.allCases)
    func variancePreserving(kind: SamplerKind) throws {
        let sampler = try kind.sampler(configuration: configuration, steps: 10)
        for step in 0..<10 {
            let scale = sampler.variancePreservingScale(afterStep: step)
            if kind == .euler || kind == .eulerAncestral, let sigmas = sampler.sigmas {
                #expect(abs(scale - 1 / (sigmas[step + 1] * sigmas[step + 1] + 1).squareRoot()) < 1e-6)
            } else {
                #expect(scale == 1)
            }
        }
    }

    @Test("calibration takes ᾱ one timestep early and wraps at zero")
    func calibration() throws {
        let sampler = try SamplerKind.euler.sampler(configuration: configuration, steps: 10)
        #expect(sampler.timesteps.last == 0)
        #expect(sampler.calibrationAlpha(at: 0) == sampler.alphasCumprod[899])
        #expect(sampler.calibrationAlpha(at: 9) == sampler.alphasCumprod[999])
    }

    @Test("trailing timesteps are as many as asked for, also where numpy yields one more", arguments: [61, 103, 50])
    func trailing(steps: Int) throws {
        var configuration = configuration
        configuration.timestepSpacing = .trailing
        for kind in SamplerKind.allCases {
            let timesteps = try kind.sampler(configuration: configuration, steps: steps).timesteps
            #expect(timesteps.count == steps)
            #expect(timesteps.first == 999)
            #expect(timesteps.allSatisfy { $0 >= 0 })
        }
    }
}
