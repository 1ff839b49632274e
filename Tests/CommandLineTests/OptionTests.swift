import Foundation
import Testing

extension CommandLineTests {
    /// Options out of range, unknown or against each other.
    @Suite struct OptionTests {
        @Test(arguments: [
            (["--gamma", "0.1", "--attn-guidance-scale", "0.1"], ["--gamma", "--attn-guidance-scale"]),
            (["--eta2", "1", "--init-rates", "0.5"], ["--eta2", "--init-rates"]),
            (["--eta1", "0", "--attn-guidance-density", "all"], ["--eta1", "--attn-guidance-density"]),
            (["--beta", "1", "--attn-guidance-decay", "none"], ["--beta", "--attn-guidance-decay"]),
            (["--eta1", "0", "--compat", "official"], ["--eta1", "--compat official"]),
            (["--beta", "1", "--compat", "official"], ["--beta", "--compat official"]),
            (["--vae-tiling", "paper", "--multi-decoder"], ["--vae-tiling", "--multi-decoder"]),
            (["--vae-tiling", "whole", "--no-multi-encoder"], ["--vae-tiling", "--multi-encoder"]),
            (["--vae-tiling", "paper", "--decoder-limit-area", "9"], ["--vae-tiling", "limits"]),
            (["--vae-tiling", "paper", "--encoder-limit-area", "9"], ["--vae-tiling", "limits"]),
            (["--method", "direct", "--gamma", "0"], ["--method direct", "AP-LDM"]),
            (["--method", "direct", "--eta2", "1"], ["--method direct"]),
            (["--method", "direct", "--init-rates", "0"], ["--method direct"]),
            (["--method", "direct", "--num-resample-timesteps", "2"], ["--method direct"]),
            (["--method", "direct", "--vae-tiling", "paper"], ["--method direct"]),
            (["--method", "direct", "--stage-two", "windows"], ["--method direct", "AP-LDM"]),
            (["--window-overlap", "2", "--eta2", "1"], ["--window-overlap", "--stage-two windows"]),
            (["--window-overlap", "2", "--stage-two", "whole", "--eta2", "1"], ["--window-overlap"]),
            (["--no-multi-decoder", "--decoder-limit-area", "9"], ["--decoder-limit-area"]),
            (["--no-multi-encoder", "--encoder-limit-area", "9"], ["--encoder-limit-area"]),
            (["--karras-sigmas", "--sampler", "ddim", "--eta2", "1"], ["karras", "ddim"]),
        ])
        func contradictionsAreRefused(_ options: [String], _ names: [String]) async throws {
            try await expectRefused(options, names)
        }

        @Test(arguments: [
            (["--frobnicate"], ["--frobnicate"]),
            (["a second prompt"], ["a second prompt"]),
            (["--seed", "x"], ["--seed", "'x'"]),
            (["--seed=-1"], ["--seed", "-1"]),
            (["--seed", "18446744073709551616"], ["--seed"]),
            (["--seed"], ["--seed"]),
            (["--count", "0"], ["--count", "0"]),
            (["--count", "10001"], ["--count", "10001"]),
            (["--concurrent-pictures", "0"], ["--concurrent-pictures", "0"]),
            (["--steps", "0"], ["--num-inference-steps", "0"]),
            (["--steps", "1001"], ["--num-inference-steps", "1001"]),
            (["--num-resample-timesteps", "0", "--eta2", "1"], ["--num-resample-timesteps", "0"]),
            (["--num-resample-timesteps", "1001", "--eta2", "1"], ["--num-resample-timesteps", "1001"]),
            (["--eta2", "0"], ["--eta2", "0.0"]),
            (["--eta2", "1.5"], ["--eta2", "1.5"]),
            (["--eta2", "nan"], ["--eta2", "nan"]),
            (["--eta2", "0.1"], ["--eta2", "no step left"]),
            (["--init-rates", "1"], ["--init-rates", "1.0"]),
            (["--init-rates", "inf"], ["--init-rates", "inf"]),
            (["--eta1", "1.5", "--eta2", "1"], ["--eta1", "1.5"]),
            (["--gamma", "nan", "--eta2", "1"], ["--gamma", "nan"]),
            (["--beta", "inf", "--eta2", "1"], ["--beta", "inf"]),
            (["--lambda", "0"], ["--lambda", "0.0"]),
            (["--guidance-scale", "nan"], ["--guidance-scale", "nan"]),
            (["--guidance-rescale", "2"], ["--guidance-rescale", "2.0"]),
            (["--attn-guidance-density", "0.5", "0.5", "0.5", "--eta2", "1"], ["--attn-guidance-density", "3"]),
            (["--attn-guidance-density", "2", "--eta2", "1"], ["--attn-guidance-density", "2.0"]),
            (["--attn-guidance-density", "some"], ["--attn-guidance-density", "'some'"]),
            (["--attn-guidance-decay", "linear"], ["--attn-guidance-decay", "'linear'"]),
            (["--attn-guidance-decay", "linear", "x", "1"], ["--attn-guidance-decay", "'x'"]),
            (["--attn-guidance-decay", "linear", "[]", "1"], ["--attn-guidance-decay", "'[]'"]),
            (["--attn-guidance-decay", "linear", "1,2", "3"], ["--attn-guidance-decay", "'1,2'"]),
            (["--attn-guidance-filter", "cosine", "[]"], ["--attn-guidance-filter", "'[]'"]),
            (["--attn-guidance-filter", "square", "1"], ["--attn-guidance-filter", "'square 1'"]),
            (["--attn-guidance-filter", "cosine", "7", "--eta2", "1"], ["--attn-guidance-filter", "7.0"]),
            (["--power-calibrate", "3"], ["--power-calibrate", "3"]),
            (["--decoder-limit-area=-1"], ["--decoder-limit-area", "-1"]),
            (["--gpu-ids", "0"], ["--gpu-ids", "'0'", "CPU"]),
            (["--gpu-ids", "cpu", "1"], ["--gpu-ids", "'1'"]),
            (["--attn-type", "swin"], ["--attn-type", "'swin'"]),
            (["--compat", "diffusers"], ["--compat", "'diffusers'"]),
            (["--sampler", "heun"], ["--sampler", "'heun'"]),
            (["--prediction-type", "flow"], ["--prediction-type", "'flow'"]),
            (["--size-mode", "odd"], ["--size-mode", "'odd'"]),
            (["--stage-two", "half"], ["--stage-two", "'half'"]),
            (["--stage-two", "windows", "--window-overlap", "7", "--eta2", "1"], ["--window-overlap", "7", "8"]),
            (["--stage-two", "windows", "--window-overlap", "-1", "--eta2", "1"], ["--window-overlap", "-1"]),
            (["--stage-two", "windows", "--window-overlap", "x", "--eta2", "1"], ["--window-overlap", "'x'"]),
            (["--threads", "0"], ["--threads", "0"]),
            (["--threads", "1025"], ["--threads", "1025"]),
            (["--kernels", "sse"], ["--kernels", "'sse'"]),
            (["--kernels", "AVX2"], ["--kernels", "'AVX2'"]),
            (["--kernels", ""], ["--kernels"]),
            (["--kernels", "portable "], ["--kernels", "'portable '"]),
            (["--kernels"], ["--kernels"]),
            (["--convolutions", "fft"], ["--convolutions", "'fft'"]),
            (["--convolutions", "windows,winograd"], ["--convolutions", "'windows,winograd'"]),
        ])
        func badValuesAreRefused(_ options: [String], _ names: [String]) async throws {
            try await expectRefused(options, names)
        }

        private func expectRefused(_ options: [String], _ names: [String]) async throws {
            let render = try Render()
            let outcome = try await render(Render.size + options)
            try render.expectRefusal(.usage, naming: names, of: outcome)
            #expect(!outcome.errors.contains("% "), "nothing was begun")
        }

        @Test(arguments: [
            ["--compat", "official", "--init-rates", "0.5"], ["--gpu-ids", "cpu", "--eta2", "1"],
            ["--attn-type", "vanilla", "--models-to-cpu", "--eta2", "1"], ["--vae-tiling", "paper", "--eta2", "1"],
            ["--attn-guidance-density", "1,", "1", "--attn-guidance-decay", "cosine", "0", "3", "--eta2", "1"],
            ["--attn-guidance-filter", "linear", "0.25", "--power-calibrate", "2", "--eta2", "1"],
            [
                "--multi-encoder", "--multi-decoder", "--encoder-limit-area", "0", "--decoder-limit-area", "0",
                "--eta2", "1",
            ],
        ])
        func optionsOfTheOfficialCodeAreAccepted(_ options: [String]) async throws {
            let render = try Render()
            let outcome = try await render(Render.size + options)
            #expect(outcome.code == 0, "\(outcome.errors)")
            #expect(try render.folder.contents == ["out.png"])
        }

        @Test func progressGoesToStandardErrorAlone() async throws {
            let render = try Render()
            let outcome = try await render(Render.size + Render.stages)
            #expect(outcome.code == 0)
            #expect(outcome.output == "")
            #expect(outcome.errors.contains("100%"))
            #expect(outcome.errors.contains("out.png: 128x128"))
            #expect(!outcome.errors.contains("\u{1B}"), "no terminal, no control sequences")
        }

        @Test func aQuietRenderSaysNothing() async throws {
            let render = try Render()
            let outcome = try await render(Render.size + Render.stages + ["--quiet"])
            #expect(outcome.code == 0)
            #expect(outcome.output == "")
            #expect(outcome.errors == "")
        }
    }
}
