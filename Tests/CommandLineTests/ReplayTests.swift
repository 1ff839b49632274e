import DiffusionModels
import Foundation
import RenderPipeline
import Tensors
import Testing

extension CommandLineTests {
    /// `render --from`: a picture renders itself again, to the byte of its file.
    @Suite struct ReplayTests {
        /// Renders again what `picture` holds and returns the file.
        private func again(
            _ render: Render, _ picture: String, _ options: [String] = [], environment: [String: String] = [:],
            sourceLocation: SourceLocation = #_sourceLocation
        ) async throws -> Data {
            var program = render.program
            program.environment = environment
            let outcome = try await program.run(
                ["render", "--from", picture, "--output", "again.png", "--quiet"] + options)
            #expect(outcome.code == 0, "\(outcome.errors)", sourceLocation: sourceLocation)
            #expect(outcome.errors == "", sourceLocation: sourceLocation)
            return try Data(contentsOf: render.folder["again.png"])
        }

        private func refused(
            _ render: Render, _ options: [String], _ refusal: Render.Refusal, naming names: [String],
            environment: [String: String] = [:], sourceLocation: SourceLocation = #_sourceLocation
        ) async throws {
            var program = render.program
            program.environment = environment
            let before = try render.folder.contents
            let outcome = try await program.run(["render"] + options)
            try render.expectRefusal(
                refusal, naming: names, of: outcome, leaving: before, sourceLocation: sourceLocation)
        }

        /// The record of a picture with another value for a part of it.
        private func edit(_ render: Render, _ picture: String, _ part: String, _ replacement: String) throws {
            let record = try RenderRecord(pngFile: render.folder[picture].path).canonicalJSON()
            #expect(record.contains(part))
            try PixelImage(pngFile: render.folder[picture].path).write(
                pngFile: render.folder[picture].path,
                text: [PNGText(key: "apldm", value: record.replacing(part, with: replacement))])
        }

        @Test(arguments: [
            [], ["--seed", "18446744073709551615", "--negative-prompt", "東京, \"fog\": é\nNegative prompt: x"],
            ["--negative-prompt", ""], ["--compat", "official"], ["--sampler", "dpmpp_2m", "--karras-sigmas"],
            ["--sampler", "euler_a", "--eta1", "0.5", "--beta", "0.1", "--gamma", "0.1", "--lambda", "0.7"],
            ["--vae-tiling", "paper", "--guidance-rescale", "0.3", "--size-mode", "paper"],
            ["--attn-guidance-density", "1", "0.5", "--attn-guidance-decay", "cosine", "0", "3"],
            ["--attn-guidance-filter", "linear", "0.25", "--power-calibrate", "2", "--attn-guidance-space", "vp"],
            ["--stage-two", "windows"], ["--stage-two", "windows", "--window-overlap", "5"], ["--stage-two", "whole"],
            ["--num-resample-timesteps", "4", "--timestep-spacing", "trailing", "--prediction-type", "sample"],
        ])
        func theSameBytesComeAgain(options: [String]) async throws {
            let render = try Render()
            let stages = options.contains("--compat") ? ["--init-rates", "0.5"] : Render.stages
            let outcome = try await render(
                Render.size + stages + ["--quiet", "-o", "first.png"] + options, prompt: "a 🗼, née")
            #expect(outcome.code == 0, "\(outcome.errors)")
            let first = try Data(contentsOf: render.folder["first.png"])
            #expect(try await again(render, "first.png", ["--model", Render.model.path, "--threads", "1"]) == first)
            #expect(try await again(render, "first.png", ["--model", Render.model.path, "--threads", "3"]) == first)
        }

        @Test func aPictureSaysItselfWhetherStageTwoHadWindows() async throws {
            let render = try Render()
            let windowed = try await render.picture("first.png", ["--stage-two", "windows"])
            let whole = try await render.picture("whole.png")
            #expect(try await render.picture("explicit.png", ["--stage-two", "whole"]) == whole)
            #expect(windowed != whole)
            #expect(try RenderRecord(pngFile: render.folder["whole.png"].path).request.latentWindows == nil)
            let record = try RenderRecord(pngFile: render.folder["first.png"].path)
            #expect(record.request.latentWindows == LatentWindowRule())
            try await refused(
                render, ["--from", "first.png", "--stage-two", "windows", "-o", "again.png"], .usage,
                naming: ["--stage-two", "--from"])
        }

        @Test func theEmbeddedModelIsFoundByItself() async throws {
            let render = try Render()
            let outcome = try await render.program.run(
                ["render", "a lake", "--width", "64", "--height", "64", "--native-size", "64", "--steps", "2"]
                    + ["--method", "direct", "-o", "first.png", "--quiet"])
            #expect(outcome.code == 0, "\(outcome.errors)")
            #expect(try await again(render, "first.png") == Data(contentsOf: render.folder["first.png"]))
        }

        @Test func everyPictureOfABatchRendersItself() async throws {
            let render = try Render()
            let outcome = try await render(
                Render.stages
                    + ["--image-sizes", "128", "64x128", "--count", "2", "--seed", "5", "-o", "all.png", "--quiet"])
            #expect(outcome.code == 0, "\(outcome.errors)")
            let pictures = try render.folder.contents
            #expect(pictures.count == 4)
            for picture in pictures {
                #expect(
                    try await again(render, picture, ["--model", Render.model.path])
                        == Data(contentsOf: render.folder[picture]))
            }
        }

        @Test func aModelIsFoundUnderItsNameAndUnderAnyOther() async throws {
            let render = try Render()
            let first = try await render.picture("first.png")
            let models = try TemporaryFolder()
            for model in ["sd15-a", "sdxl-a-fp16"] {
                try FileManager.default.copyItem(at: Render.models.appending(path: model), to: models[model])
            }
            let environment = ["APLDM_MODELS": models.url.path]
            try await refused(
                render, ["--from", "first.png", "-o", "again.png"], .missingInput,
                naming: [
                    "sdxl-a", models.url.path, try RenderRecord(pngFile: render.folder["first.png"].path).model.sha256,
                ],
                environment: environment)
            // Under another's name, beside others and one that is broken.
            try FileManager.default.createDirectory(at: models["broken"], withIntermediateDirectories: false)
            try Data("{".utf8).write(to: models["broken/model_index.json"])
            try FileManager.default.moveItem(at: models["sd15-a"], to: models["sdxl-a"])
            try FileManager.default.copyItem(at: Render.model, to: models["renamed"])
            #expect(try await again(render, "first.png", environment: environment) == first)
            try FileManager.default.removeItem(at: models["sdxl-a"])
            try FileManager.default.moveItem(at: models["renamed"], to: models["sdxl-a"])
            #expect(try await again(render, "first.png", environment: environment) == first)
        }

        @Test func aVariantIsFoundAgain() async throws {
            let render = try Render()
            let model = try ModelCopy(of: Render.models.appending(path: "sdxl-a"))
            let names = ["unet/diffusion_pytorch_model", "vae/diffusion_pytorch_model", "text_encoder/model"]
            for name in names + ["text_encoder_2/model"] {
                try FileManager.default.copyItem(
                    at: model[name + ".safetensors"], to: model[name + ".fp16.safetensors"])
            }
            let outcome = try await render(
                Render.size + Render.stages + ["--variant", "fp16", "-o", "first.png", "--quiet"], model: model.url)
            #expect(outcome.code == 0, "\(outcome.errors)")
            #expect(
                try await again(render, "first.png", ["--model", model.url.path])
                    == Data(contentsOf: render.folder["first.png"]))
            try await refused(
                render, ["--from", "first.png", "--model", model.url.path, "--variant", "full"], .usage,
                naming: ["--model", "digest"])
        }

        @Test func anotherModelIsRefusedWithBothDigests() async throws {
            let render = try Render()
            _ = try await render.picture("first.png")
            let other = Render.models.appending(path: "sd15-a")
            let needed = try RenderRecord(pngFile: render.folder["first.png"].path).model.sha256
            let found = try await ModelFiles(folder: other.path).digest(FileDigests())
            try await refused(
                render, ["--from", "first.png", "--model", other.path], .usage, naming: ["--model", needed, found])
            try await refused(
                render, ["--from", "first.png", "--model", "/none"], .missingInput, naming: ["/none"])
        }

        @Test(arguments: [
            (["--seed", "0"], "--seed"), (["--seed=0"], "--seed"), (["--width", "64"], "--width"),
            (["--steps", "50"], "--steps"), (["--no-karras-sigmas"], "--no-karras-sigmas"),
            (["--eta2", "1"], "--eta2"),
            (["--gamma=0"], "--gamma"), (["--method", "apldm"], "--method"), (["--compat", "official"], "--compat"),
            (["--count", "1"], "--count"), (["--models-to-cpu"], "--models-to-cpu"), (["a lake"], "PROMPT"),
            (["--", "--output"], "PROMPT"), (["--negative-prompt", "--output"], "--negative-prompt"),
        ])
        func whatTheRecordSaysCannotBeGiven(options: [String], name: String) async throws {
            let render = try Render()
            _ = try await render.picture("first.png")
            let outcome = try await render.program.run(["render", "--from", "first.png"] + options)
            try render.expectRefusal(.usage, naming: [name], of: outcome, leaving: ["first.png"])
        }

        @Test func picturesWithoutARecordAreRefused() async throws {
            let render = try Render()
            let path = render.folder["a.png"].path
            let picture = PixelImage(width: 8, height: 8, pixels: Array(repeating: 7, count: 192))
            try picture.write(pngFile: path)
            try await refused(render, ["--from", "a.png"], .brokenInput, naming: ["a.png", "'apldm'"])
            try picture.write(pngFile: path, text: [PNGText(key: "parameters", value: "a lake\nSteps: 20")])
            try await refused(render, ["--from", "a.png"], .brokenInput, naming: ["a.png", "'parameters' text alone"])
            try picture.write(pngFile: path, text: [PNGText(key: "apldm", value: #"{"format":1}"#)])
            try await refused(render, ["--from", "a.png"], .brokenInput, naming: ["a.png", "'precision'", "missing"])
            try Data("no picture".utf8).write(to: render.folder["a.png"])
            try await refused(render, ["--from", "a.png"], .brokenInput, naming: ["a.png"])
            try await refused(render, ["--from", "none.png"], .missingInput, naming: ["none.png"])
            try await refused(render, ["--from", "."], .brokenInput, naming: ["."])
            try await refused(render, [], .usage, naming: ["PROMPT", "--from"])
        }

        @Test func aTruncatedPictureIsRefused() async throws {
            let render = try Render()
            let first = try await render.picture("first.png")
            try first.prefix(300).write(to: render.folder["first.png"])
            try await refused(render, ["--from", "first.png"], .brokenInput, naming: ["first.png"])
        }

        @Test func aRequestThatCannotBePlannedIsAFaultOfTheRecord() async throws {
            let render = try Render()
            _ = try await render.picture("first.png")
            try edit(render, "first.png", #""guidance_scale":7.5"#, #""guidance_scale":-1"#)
            try await refused(
                render, ["--from", "first.png", "--model", Render.model.path], .brokenInput,
                naming: ["first.png", "--guidance-scale", "-1"])
        }

        @Test func latentsHaveToBeTheOnesThatWereGiven() async throws {
            let render = try Render()
            let direct = ["--method", "direct", "--width", "64", "--height", "96"]
            var generator = TorchGenerator(seed: 5)
            for name in ["noise", "other"] {
                try SafetensorsWriter.write(
                    [("latents", generator.randn(shape: [1, 4, 12, 8]))],
                    to: render.folder[name + ".safetensors"].path)
            }
            let latents = ["--latents", "noise.safetensors"]
            let first = try await render(direct + latents + ["-o", "first.png", "--quiet"])
            #expect(first.code == 0, "\(first.errors)")
            let plain = try await render(direct + ["-o", "plain.png", "--quiet"])
            #expect(plain.code == 0, "\(plain.errors)")
            let digest = try #require(try RenderRecord(pngFile: render.folder["first.png"].path).initialLatents)
            let from = ["--from", "first.png", "--model", Render.model.path]
            try await refused(render, from, .usage, naming: ["--latents", digest])
            try await refused(
                render, from + ["--latents", "other.safetensors"], .usage, naming: ["--latents", digest, "not"])
            try await refused(
                render, ["--from", "plain.png", "--model", Render.model.path] + latents, .usage, naming: ["--latents"])
            #expect(
                try await again(render, "first.png", ["--model", Render.model.path] + latents)
                    == Data(contentsOf: render.folder["first.png"]))
        }

        @Test func anInitialPictureIsAskedFor() async throws {
            let render = try Render()
            _ = try await render.picture("first.png")
            let digest = String(repeating: "ab", count: 32)
            try edit(
                render, "first.png", #""initial_picture":null"#,
                #""initial_picture":{"background":null,"sha256":"\#(digest)","size":{"height":64,"width":64}}"#)
            try await refused(
                render, ["--from", "first.png", "--model", Render.model.path], .usage,
                naming: ["--init-image", digest, "64x64"])
        }

        @Test func anEnlargedPictureIsEnlargedAgain() async throws {
            let render = try Render()
            _ = try await render.picture("small.png")
            let enlarged = try await render.program.run([
                "render", "a lighthouse", "--model", Render.model.path, "--steps", "4", "--init-image", "small.png",
                "--eta2", "1", "-o", "large.png", "--quiet",
            ])
            #expect(enlarged.code == 0, "\(enlarged.errors)")
            let again = try await render.program.run([
                "render", "--from", "large.png", "--model", Render.model.path, "--init-image", "small.png", "-o",
                "again.png", "--quiet",
            ])
            #expect(again.code == 0, "\(again.errors)")
            let isSame =
                try Data(contentsOf: render.folder["again.png"]) == Data(contentsOf: render.folder["large.png"])
            #expect(isSame)
            // Any other picture is refused, the enlarged one as well.
            try await refused(
                render,
                ["--from", "large.png", "--model", Render.model.path, "--init-image", "large.png", "-o", "no.png"],
                .usage, naming: ["--init-image", "digest"])
        }

        @Test(arguments: [
            (#""apldm":"0.1.0""#, #""apldm":"0.0.9""#, "0.0.9"), (#""numerics":""#, #""numerics":"x"#, "numerics"),
        ])
        func otherConditionsAreWarnedOf(_ part: String, _ replacement: String, _ name: String) async throws {
            let render = try Render()
            let first = try await render.picture("first.png")
            try edit(render, "first.png", part, replacement)
            let outcome = try await render.program.run(
                ["render", "--from", "first.png", "--model", Render.model.path, "-o", "again.png", "--quiet"])
            #expect(outcome.code == 0)
            #expect(outcome.errors.hasPrefix("warning: "))
            #expect(outcome.errors.contains(name))
            #expect(outcome.errors.contains("bytes may differ"))
            // The new file says under which conditions it was made.
            #expect(try Data(contentsOf: render.folder["again.png"]) == first)
        }

        /// Another folder, file, model folder, user and moment.
        @Test func aPictureSaysNothingOfWhereAndWhenItWasMade() async throws {
            let first = try Render()
            let one = try await first.picture("one.png", ["--threads", "1"])
            var second = try Render()
            let home = try TemporaryFolder()
            second.program.environment = [
                "HOME": home.url.path, "USER": "somebody", "HOSTNAME": "somewhere", "TZ": "Asia/Tokyo", "LANG": "ja_JP",
            ]
            let model = try TemporaryFolder()
            try FileManager.default.copyItem(at: Render.model, to: model["sdxl-a"])
            let outcome = try await second(
                Render.size + Render.stages + ["--quiet", "--threads", "2", "-o", "another.png"], model: model["sdxl-a"]
            )
            #expect(outcome.code == 0, "\(outcome.errors)")
            #expect(try Data(contentsOf: second.folder["another.png"]) == one)
            var reader = try PNGReader(path: second.folder["another.png"].path)
            _ = try reader.readRows(reader.header.height)
            let texts = try reader.finish()
            #expect(texts.map(\.key) == ["parameters", "apldm"])
            for text in texts {
                #expect(!text.value.contains(model.url.path) && !text.value.contains("/tmp"), "\(text.value)")
                #expect(
                    !text.value.contains(ProcessInfo.processInfo.hostName) || ProcessInfo.processInfo.hostName.count < 4
                )
            }
        }

        @Test func theDigestIsReported() async throws {
            let render = try Render()
            let expected = try await ModelFiles(folder: Render.model.path).digest(FileDigests())
            let text = try await render.program.run(["model", "inspect", Render.model.path])
            #expect(text.output.contains("digest          \(expected)\n"))
            let json = try await render.program.run(["model", "inspect", Render.model.path, "--json"])
            #expect(json.output.contains(#""sha256" : "\#(expected)""#))
            let report = try await render(Render.size + Render.stages + ["--json", "--quiet"])
            #expect(report.output.contains(#""sha256" : "\#(expected)""#))
        }

        /// What was hashed is remembered in the user's own folder and nowhere else.
        @Test func digestsAreKeptInTheUsersCache() async throws {
            let render = try Render()
            let home = try TemporaryFolder()
            var program = render.program
            program.environment = ["XDG_CACHE_HOME": home["caches"].path]
            // Files count as settled after two seconds; those of the package are older.
            for _ in 0..<2 {
                let outcome = try await program.run(["model", "inspect", Render.model.path])
                #expect(outcome.code == 0, "\(outcome.errors)")
            }
            #expect(try home.contents == ["caches", "caches/apldm", "caches/apldm/file-digests.json"])
            #expect(try render.folder.contents == [])
        }
    }
}
