import Foundation
import RenderPipeline
import Tensors
import Testing

extension CommandLineTests {
    /// Where pictures can be written, and what is left where they cannot.
    @Suite struct OutputTests {
        @Test(arguments: [
            (["--output", "none/out.png"], Render.Refusal.cannotCreate, ["none/out.png"]),
            (["--output", "none/out.safetensors"], .cannotCreate, ["none/out.safetensors"]),
            (["--output", "folder.png"], .cannotCreate, ["folder.png"]),
            (["--output", "folder.safetensors"], .cannotCreate, ["folder.safetensors"]),
            (["--output", "/dev/null"], .usage, ["--output", "/dev/null"]),
            (["--output", "out.jpg"], .usage, ["--output", "out.jpg", ".png"]),
            (["--output", "png"], .usage, ["--output", "'png'"]),
            (["--output", ""], .usage, ["--output"]),
            (["--dump", "none/dump.safetensors"], .cannotCreate, ["none/dump.safetensors"]),
            (["--dump", "folder.safetensors"], .cannotCreate, ["folder.safetensors"]),
            (["--dump", "pipe.safetensors"], .cannotCreate, ["pipe.safetensors"]),
            (["--dump", "out.png"], .usage, ["--dump", "out.png"]),
        ])
        func whatCannotBeWrittenIsRefusedBeforeRendering(
            _ options: [String], _ refusal: Render.Refusal, _ names: [String]
        ) async throws {
            let render = try Render()
            let folders = ["folder.png", "folder.safetensors"]
            for name in folders {
                try FileManager.default.createDirectory(at: render.folder[name], withIntermediateDirectories: false)
            }
            #expect(mkfifo(render.folder["pipe.safetensors"].path, 0o600) == 0)
            let outcome = try await render(Render.size + Render.stages + options)
            try render.expectRefusal(refusal, naming: names, of: outcome, leaving: folders + ["pipe.safetensors"])
            #expect(!outcome.errors.contains("%"), "nothing was begun")
        }

        /// `ulimit -f` makes writes fail as a full disk does, which the first 512 bytes of a picture find out.
        @Test(arguments: [
            ["--output", "out.png"], ["--output", "out.safetensors"],
        ])
        func aFullDiskIsAnErrorThatLeavesNothing(_ options: [String]) async throws {
            let render = try Render()
            let outcome = try await shell("ulimit -f 1; exec \"$0\" \"$@\"", render, options)
            try render.expectRefusal(.inputOutput, naming: [options[1]], of: outcome)
        }

        @Test func aFullDiskLeavesTheFormerPicture() async throws {
            let render = try Render()
            let former = try await render.picture("out.png")
            let outcome = try await shell("ulimit -f 1; exec \"$0\" \"$@\"", render, ["--seed", "1"])
            try render.expectRefusal(.inputOutput, naming: ["out.png"], of: outcome, leaving: ["out.png"])
            #expect(try Data(contentsOf: render.folder["out.png"]) == former)
        }

        /// Both outputs go to a pipe whose reader has gone.
        @Test func aPictureIsNotLostWhenNobodyReadsTheProgress() async throws {
            let render = try Render()
            let expected = try await render.picture("expected.png")
            let outcome = try await shell(
                "{ \"$0\" \"$@\" 2>&1; echo $? >code; } | true", render, ["--json"], isQuiet: false)
            #expect(outcome.code == 0)
            #expect(try String(contentsOf: render.folder["code"], encoding: .utf8) == "0\n")
            #expect(try Data(contentsOf: render.folder["out.png"]) == expected)
        }

        @Test func aFormerPictureIsReplaced() async throws {
            let render = try Render()
            let first = try await render.picture("out.png")
            let second = try await render.picture("out.png", ["--seed", "1"])
            #expect(first != second)
            #expect(try render.folder.contents == ["out.png"])
        }

        @Test func latentsAreWrittenInPlaceOfThePicture() async throws {
            let render = try Render()
            _ = try await render.picture("out.safetensors")
            let file = try SafetensorsFile(path: render.folder["out.safetensors"].path)
            #expect(file.tensors.mapValues(\.shape) == ["latents": [1, 4, 16, 16]])
            #expect(try render.folder.contents == ["out.safetensors"])
        }

        /// Runs a render through a shell, in which `$0` and `$@` are the call.
        private func shell(
            _ script: String, _ render: Render, _ options: [String], isQuiet: Bool = true
        ) async throws -> Program.Outcome {
            var program = render.program
            let call = [program.executable.path, "render", "a lighthouse", "--model", Render.model.path]
            program.executable = URL(filePath: "/bin/sh")
            program.environment["PATH"] = "/usr/bin:/bin"
            return try await program.run(
                ["-c", script] + call + Render.sampling + Render.size + Render.stages + options
                    + (isQuiet ? ["--quiet"] : []))
        }
    }
}
