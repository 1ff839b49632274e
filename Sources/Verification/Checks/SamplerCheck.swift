import DiffusionModels
import FoundationEssentials
import RenderPipeline
import Tensors

/// Tables and recorded trajectories of the samplers.
struct SamplerCheck: Check {
    let keys: Set<String> = ["cases"]

    func run(_ description: CaseDescription, on backend: any ComputeBackend) async throws -> Comparison {
        let golden = try GoldenTensors(description.path("expected"))
        let tolerance = try description.tolerance()
        var comparison = Comparison()
        for item in try description.objects("cases") {
            try item.refuseKeys(
                otherThan: [
                    "k", "sampler", "config", "T", "start", "init_noise_sigma", "trajectory", "tables_only", "tol",
                ])
            let prefix = try item.integer("k")
            guard let kind = SamplerKind(rawValue: try item.string("sampler")) else {
                throw CaseFailure("unknown sampler \(try item.string("sampler"))")
            }
            let configuration = try SamplerConfiguration(reference: item.object("config"))
            let sampler = try kind.sampler(configuration: configuration, steps: item.integer("T"))
            let usesKarras = configuration.usesKarrasSigmas == true
            try comparison.compare(
                "\(prefix).timesteps", sampler.timesteps, golden.doubles("\(prefix).timesteps"),
                Tolerance(absolute: usesKarras ? 1e-2 : 0, relative: 0))
            if golden.contains("\(prefix).sigmas") {
                guard let sigmas = sampler.sigmas else { throw CaseFailure("\(kind) has no sigmas") }
                try comparison.compare(
                    "\(prefix).sigmas", sigmas.map(Double.init), golden.doubles("\(prefix).sigmas"),
                    Tolerance(absolute: 0, relative: 1e-5))
            }
            comparison.compare(
                "\(prefix).init_noise_sigma", Double(sampler.initialNoiseScale), try item.double("init_noise_sigma"),
                Tolerance(absolute: 0, relative: 1e-5))
            if prefix == (try description.objects("cases")[0].integer("k")), golden.contains("alphas_cumprod") {
                try comparison.compare(
                    "alphas_cumprod", sampler.alphasCumprod.map(Double.init), golden.doubles("alphas_cumprod"),
                    tolerance)
            }
            if try !item.bool("tables_only") {
                try follow(
                    sampler, "\(prefix)", start: item.optionalInteger("start") ?? 0, golden, tolerance, &comparison)
            }
        }
        try golden.requireAllRead()
        return comparison
    }

    /// Feeds the recorded model outputs and compares what comes of them.
    private func follow(
        _ sampler: any Sampler, _ prefix: String, start: Int, _ golden: GoldenTensors, _ tolerance: Tolerance,
        _ comparison: inout Comparison
    ) throws {
        let states = try golden.tensor("\(prefix).x")
        let outputs = try golden.tensor("\(prefix).model_output")
        guard states.shape.count >= 2, states.count > 0, start >= 0,
            outputs.shape == [states.shape[0] - 1] + states.shape.dropFirst(),
            start + outputs.shape[0] <= sampler.timesteps.count
        else { throw CaseFailure("\(prefix): the recorded run does not fit the sampler's steps") }
        let inputs =
            golden.contains("\(prefix).model_input")
            ? try golden.tensor("\(prefix).model_input", shape: outputs.shape) : nil
        let shape = Array(states.shape.dropFirst())
        func row(_ tensor: Tensor, _ index: Int) -> Tensor { tensor.batchItem(index).reshaped(shape) }
        var first = row(states, 0)
        if start > 0, golden.contains("\(prefix).clean") {
            let clean = try golden.tensor("\(prefix).clean")
            let noise = try golden.tensor("\(prefix).noise")
            guard clean.count == first.count, noise.count == first.count else {
                throw CaseFailure("\(prefix): clean and noise are not of the run's shape")
            }
            let noised = sampler.noised(clean.reshaped(shape), with: noise.reshaped(shape), at: start)
            try comparison.compare("\(prefix).x[0]", noised, first, tolerance)
            first = noised
        }
        var generator = TorchGenerator(seed: 777)
        var state = sampler.initialState(latents: first, startingAt: start)
        for step in 0..<outputs.shape[0] {
            if let inputs {
                try comparison.compare(
                    "\(prefix).model_input[\(step)]", sampler.modelInput(state.latents, at: start + step),
                    row(inputs, step), tolerance)
            }
            let noise = sampler.drawsNoise ? generator.randn(shape: shape) : nil
            state = sampler.step(state, prediction: row(outputs, step), noise: noise)
            try comparison.compare("\(prefix).x[\(step + 1)]", state.latents, row(states, step + 1), tolerance)
        }
    }
}
