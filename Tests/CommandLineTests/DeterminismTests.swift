import Foundation
import RenderPipeline
import Tensors
import Testing

extension CommandLineTests {
    /// The same picture, to the byte, however it is asked for.
    @Suite struct DeterminismTests {
        @Test(arguments: [2, 3]) func theNumberOfThreadsChangesNothing(threads: Int) async throws {
            let render = try Render()
            let one = try await render.picture("one.png", ["--threads", "1"])
            let several = try await render.picture("several.png", ["--threads", "\(threads)"])
            #expect(one == several)
        }

        @Test func severalSeedsInOneCallGiveThePicturesOfSingleCalls() async throws {
            let render = try Render()
            let outcome = try await render(
                Render.size + Render.stages + ["--seed", "7", "--count", "3", "-o", "all.png", "--quiet"])
            #expect(outcome.code == 0, "\(outcome.errors)")
            var pictures: Set<Data> = []
            for seed in 7...9 {
                let single = try await render.picture("single.png", ["--seed", "\(seed)"])
                #expect(try Data(contentsOf: render.folder["all-128x128-seed\(seed).png"]) == single)
                pictures.insert(single)
            }
            #expect(pictures.count == 3)
            #expect(try render.folder.contents.count == 4)
        }

        @Test func severalSizesInOneCallGiveThePicturesOfSingleCalls() async throws {
            let render = try Render()
            let outcome = try await render(
                Render.stages + ["--image-sizes", "128", "64x192", "192x128", "-o", "all.png", "--quiet"])
            #expect(outcome.code == 0, "\(outcome.errors)")
            for (height, width) in [(128, 128), (64, 192), (192, 128)] {
                let single = try await render(
                    Render.stages + ["--height", "\(height)", "--width", "\(width)", "-o", "single.png", "--quiet"])
                #expect(single.code == 0, "\(single.errors)")
                #expect(
                    try Data(contentsOf: render.folder["all-\(height)x\(width)-seed0.png"])
                        == Data(contentsOf: render.folder["single.png"]))
            }
        }

        private static let direct = ["--method", "direct", "--width", "64", "--height", "96", "--quiet"]

        @Test func theNoiseOfTheSeedGivenByHandGivesTheSamePicture() async throws {
            let render = try Render()
            let seeded = try await render(Self.direct + ["--seed", "5", "-o", "5.png", "--dump", "5.safetensors"])
            #expect(seeded.code == 0, "\(seeded.errors)")
            let given = try await render(Self.direct + ["-o", "given.png", "--latents", "5.safetensors"])
            #expect(given.code == 0, "\(given.errors)")
            let other = try await render(Self.direct + ["-o", "0.png"])
            #expect(other.code == 0, "\(other.errors)")
            // The files differ by what they say of the noise.
            let picture = try PixelImage(pngFile: render.folder["5.png"].path)
            #expect(try PixelImage(pngFile: render.folder["given.png"].path) == picture)
            #expect(try PixelImage(pngFile: render.folder["0.png"].path) != picture)
        }

        @Test func aTensorCalledLatentsIsTakenToo() async throws {
            let render = try Render()
            var generator = TorchGenerator(seed: 5)
            let noise = generator.randn(shape: [1, 4, 12, 8])
            try SafetensorsWriter.write([("latents", noise)], to: render.folder["noise.safetensors"].path)
            for options in [["-o", "5.png", "--seed", "5"], ["-o", "given.png", "--latents", "noise.safetensors"]] {
                let outcome = try await render(Self.direct + options)
                #expect(outcome.code == 0, "\(outcome.errors)")
            }
            #expect(
                try PixelImage(pngFile: render.folder["5.png"].path)
                    == PixelImage(pngFile: render.folder["given.png"].path))
        }

        @Test(arguments: [
            ("latents", [1, 4, 8, 8], Float(0), Render.Refusal.usage, ["--latents", "8", "12"]),
            ("latents", [1, 3, 12, 8], 0, .usage, ["--latents"]),
            ("latents", [2, 4, 12, 8], 0, .usage, ["--latents"]),
            ("latents", [4, 12, 8], 0, .usage, ["--latents", "four dimensions"]),
            ("latents", [0, 4, 12, 8], 0, .usage, ["--latents"]),
            ("noise", [1, 4, 12, 8], 0, .usage, ["--latents", "'latents'"]),
            ("latents", [1, 4, 12, 8], .nan, .usage, ["--latents", "noise.safetensors"]),
            ("latents", [1, 4, 12, 8], .infinity, .usage, ["--latents", "noise.safetensors"]),
        ])
        func latentsThatDoNotFitAreRefused(
            _ name: String, _ shape: [Int], _ value: Float, _ refusal: Render.Refusal, _ names: [String]
        ) async throws {
            let render = try Render()
            let file = "noise.safetensors"
            try SafetensorsWriter.write([(name, Tensor(shape: shape, repeating: value))], to: render.folder[file].path)
            let outcome = try await render(Self.direct + ["--latents", file])
            try render.expectRefusal(refusal, naming: names, of: outcome, leaving: [file])
        }

        @Test func latentsThatAreNoFileAreRefused() async throws {
            let render = try Render()
            let missing = try await render(Self.direct + ["--latents", "none.safetensors"])
            try render.expectRefusal(.missingInput, naming: ["none.safetensors"], of: missing)
            try Data("no tensors".utf8).write(to: render.folder["text.safetensors"])
            let broken = try await render(Self.direct + ["--latents", "text.safetensors"])
            try render.expectRefusal(
                .brokenInput, naming: ["text.safetensors"], of: broken, leaving: ["text.safetensors"])
        }
    }
}
