import Foundation
import RenderPipeline
import Testing

extension CommandLineTests {
    /// Sizes and prompts at and beyond their limits.
    @Suite struct SizeTests {
        @Test(arguments: [
            (["--width", "100"], ["--width", "100", "multiple of 8"]),
            (["--height", "129"], ["--height", "129"]),
            (["--width", "0"], ["--width", " 0 "]),
            (["--width=-8"], ["--width", "-8"]),
            (["--width", "4"], ["--width", " 4 "]),
            (["--width", "1000000"], ["--width", "1000000"]),
            (["--width", "9223372036854775800"], ["--width", "9223372036854775800"]),
            (["--width", "99999999999999999999"], ["--width", "99999999999999999999"]),
            (["--width", "wide"], ["--width", "wide"]),
            (["--width", "65536", "--height", "65536"], ["--width", "65536", "memory"]),
            (["--image-sizes", "large"], ["--image-sizes", "large"]),
            (["--image-sizes", "128x"], ["--image-sizes", "128x"]),
            (["--image-sizes", "128x128x128"], ["--image-sizes", "128x128x128"]),
            (["--image-sizes", "128", "100"], ["100", "multiple of 8"]),
            (["--image-sizes", "128", "--width", "128"], ["--image-sizes", "--width"]),
            (["--image-sizes", "128", "128x128"], ["--image-sizes", "out-128x128-seed0.png"]),
            (["--native-size", "0"], ["--native-size"]),
            (["--native-size", "100000"], ["--native-size"]),
        ])
        func sizesThatCannotBeRenderedAreRefused(_ options: [String], _ names: [String]) async throws {
            let render = try Render()
            let outcome = try await render(Render.stages + options)
            try render.expectRefusal(.usage, naming: names, of: outcome)
        }

        @Test func thePictureHasTheSizeThatWasAskedFor() async throws {
            let render = try Render()
            let outcome = try await render(Render.stages + ["--width", "136", "--height", "72"])
            #expect(outcome.code == 0, "\(outcome.errors)")
            let picture = try PixelImage(pngFile: render.folder["out.png"].path)
            #expect((picture.width, picture.height) == (136, 72))
        }

        @Test func anEmptyPromptIsRendered() async throws {
            let render = try Render()
            let empty = try await render.picture("empty.png", prompt: "")
            let other = try await render.picture("other.png")
            #expect(empty != other)
        }

        @Test func aPromptOfTenThousandCharactersIsRenderedWithAWarning() async throws {
            let render = try Render()
            let outcome = try await render(
                Render.size + Render.stages + ["--quiet"], prompt: String(repeating: "a castle, ", count: 1000))
            #expect(outcome.code == 0)
            #expect(outcome.errors.hasPrefix("warning: the prompt is too long"))
            #expect(outcome.errors.utf8.count < 1000, "the warning itself is short")
            #expect(try render.folder.contents == ["out.png"])
        }

        /// Linux takes at most 128 KiB an argument.
        @Test(arguments: ["PROMPT", "--negative-prompt"])
        func aPromptThatNobodyWroteIsRefused(option: String) async throws {
            let render = try Render()
            let text = String(repeating: "a", count: 120_000)
            let outcome =
                option == "PROMPT"
                ? try await render(Render.size + Render.stages, prompt: text)
                : try await render(Render.size + Render.stages + [option, text])
            try render.expectRefusal(.usage, naming: [option, "120000"], of: outcome)
            #expect(outcome.errors.utf8.count < 1000)
        }
    }
}
