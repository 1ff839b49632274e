import Foundation
import RenderPipeline
import Testing

extension CommandLineTests {
    /// `--init-image`: enlarging an existing picture.
    @Suite struct InitialImageTests {
        /// A render without a stage one, with the embedded model.
        private func enlarge(
            _ render: Render, _ options: [String], prompt: String = ""
        ) async throws -> Program.Outcome {
            try await render.program.run(["render", prompt, "--steps", "4", "--eta2", "0.5"] + options)
        }

        private func write(_ width: Int, _ height: Int, to url: URL) throws {
            let pixels = (0..<3 * width * height).map { UInt8(truncatingIfNeeded: $0 &* $0 / 7) }
            try PixelImage(width: width, height: height, pixels: pixels).write(pngFile: url.path)
        }

        @Test(arguments: [
            ([], 144, 208), (["--width", "208"], 144, 208), (["--height", "72", "--width", "104"], 72, 104),
            (["--image-sizes", "216x312"], 216, 312),
        ])
        func aPictureIsEnlarged(_ options: [String], _ height: Int, _ width: Int) async throws {
            let render = try Render()
            try write(104, 72, to: render.folder["in.png"])
            let outcome = try await enlarge(render, ["--init-image", "in.png", "--json", "--quiet"] + options)
            #expect(outcome.code == 0, "\(outcome.errors)")
            #expect(outcome.errors == "")
            let picture = try PixelImage(pngFile: render.folder["out.png"].path)
            #expect(picture.height == height && picture.width == width)
            let report = try JSONDecoder().decode(Report.self, from: Data(outcome.output.utf8))
            #expect(report.pictures.flatMap(\.stages).map(\.height) == [height])
            #expect(report.pictures.allSatisfy { $0.stages.allSatisfy { $0.encodeTiling != nil && $0.steps == 2 } })
            #expect(report.pictures.allSatisfy { $0.stages.allSatisfy { $0.seconds.upsample > 0 } })
            #expect(report.pictures.map(\.sha256) == [picture.digest])
        }

        private struct Report: Decodable {
            var pictures: [Picture]

            struct Picture: Decodable {
                var sha256: String
                var stages: [Stage]
            }
            struct Stage: Decodable {
                var height: Int
                var steps: Int
                var encodeTiling: String?
                var seconds: StageTimes.Stage
            }
        }

        @Test func thePictureThePromptAndTheSeedAreHeeded() async throws {
            let render = try Render()
            try write(64, 64, to: render.folder["a.png"])
            try write(63, 64, to: render.folder["b.png"])
            var pictures: Set<Data> = []
            for (file, options, prompt) in [
                ("a.png", [], ""), ("a.png", [], "a lighthouse"), ("a.png", ["--seed", "1"], ""), ("b.png", [], ""),
            ] {
                let outcome = try await enlarge(render, ["--init-image", file, "--quiet"] + options, prompt: prompt)
                #expect(outcome.code == 0, "\(outcome.errors)")
                pictures.insert(try Data(contentsOf: render.folder["out.png"]))
            }
            #expect(pictures.count == 4)
        }

        private static let kinds = Program.checkout.appending(path: "Tests/RenderPipelineTests/Images/Data")

        @Test func aBackgroundIsLaidUnderTransparency() async throws {
            let render = try Render()
            let file = Self.kinds.appending(path: "rgba8.png").path
            var pictures: [Data] = []
            for options in [[], ["--background", "#ffffff"], ["--background", "#000000"]] {
                let outcome = try await enlarge(render, ["--init-image", file, "--quiet"] + options)
                #expect(outcome.code == 0, "\(outcome.errors)")
                pictures.append(try Data(contentsOf: render.folder["out.png"]))
            }
            #expect(pictures[0] == pictures[1])
            #expect(pictures[0] != pictures[2])
        }

        @Test func aProfileThatIsNotAppliedIsSaid() async throws {
            let render = try Render()
            let file = Self.kinds.appending(path: "profile.png").path
            let outcome = try await enlarge(render, ["--init-image", file, "--quiet"])
            #expect(outcome.code == 0)
            #expect(outcome.errors.hasPrefix("warning: ") && outcome.errors.contains("profile"))
        }

        @Test(arguments: [
            (["--init-image", "in.png", "--method", "direct"], Render.Refusal.usage, ["--init-image", "--method"]),
            (["--init-image", "in.png", "--latents", "x.safetensors"], .usage, ["--init-image", "--latents"]),
            (["--init-image", "in.png", "--gamma", "0.1"], .usage, ["--init-image", "stage one"]),
            (["--init-image", "in.png", "--eta1", "0"], .usage, ["--init-image", "stage one"]),
            (["--init-image", "in.png", "--attn-guidance-filter", "none"], .usage, ["--init-image", "stage one"]),
            (["--init-image", "in.png", "--native-size", "64"], .usage, ["--init-image", "stage one"]),
            (["--init-image", "in.png", "--background", "#ffffff"], .usage, ["--background", "no transparency"]),
            (["--background", "#ffffff"], .usage, ["--background", "--init-image"]),
            (["--init-image", kinds.path + "/rgba8.png", "--background", "red"], .usage, ["--background", "'red'"]),
            (["--init-image", "in.png", "--width", "32"], .usage, ["smaller", "128x128"]),
            (["--init-image", "in.png", "--width", "100"], .usage, ["100", "multiple of 8"]),
            (["--init-image", "in.png", "--image-sizes", "128x256"], .usage, ["aspect ratio", "256x256 or 128x128"]),
            (["--init-image", "none.png"], .missingInput, ["none.png"]),
            (["--init-image", "photo.jpg"], .brokenInput, ["photo.jpg", "JPEG", "magick 'photo.jpg' 'photo.png'"]),
            (["--init-image", "text.png"], .brokenInput, ["text.png", "not an undamaged PNG"]),
            (["--init-image", "cut.png"], .brokenInput, ["cut.png", "ends early"]),
            (["--init-image", "/dev/zero"], .brokenInput, ["/dev/zero", "regular file"]),
        ])
        func whatCannotBeEnlargedIsRefused(
            _ options: [String], _ refusal: Render.Refusal, _ names: [String]
        ) async throws {
            let render = try Render()
            try write(64, 64, to: render.folder["in.png"])
            try Data(contentsOf: render.folder["in.png"]).prefix(900).write(to: render.folder["cut.png"])
            try Data([0xFF, 0xD8, 0xFF, 0xE0]).write(to: render.folder["photo.jpg"])
            try Data("text".utf8).write(to: render.folder["text.png"])
            let outcome = try await enlarge(render, options)
            try render.expectRefusal(
                refusal, naming: names, of: outcome, leaving: ["cut.png", "in.png", "photo.jpg", "text.png"])
            #expect(!outcome.errors.contains("% "), "nothing was begun")
        }
    }
}
