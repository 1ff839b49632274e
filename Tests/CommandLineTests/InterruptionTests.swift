import Foundation
import RenderPipeline
import Testing

extension CommandLineTests {
    /// `--save-stages`, `--resume`, Ctrl-C and SIGTERM.
    @Suite struct InterruptionTests {
        /// Three stages with the embedded model, long enough to be interrupted in the second by a shell that has to wait for
        /// its turn on a busy host.
        private static let call = [
            "render", "a lighthouse", "--width", "512", "--height", "512", "--steps", "16", "--eta2", "1", "1",
        ]
        private static let stages = (1...3).flatMap { ["stage\($0).png", "stage\($0).safetensors"] } + ["stages.json"]

        /// Runs a render in the background of a shell until `condition` holds, sends it a signal and waits for it. While
        /// it runs its standard error is the file `progress`.
        private func interrupt(
            _ render: Render, with signal: String, once condition: String, _ options: [String]
        ) async throws -> Program.Outcome {
            var program = render.program
            let executable = program.executable.path
            program.executable = URL(filePath: "/bin/sh")
            program.environment["PATH"] = "/usr/bin:/bin"
            let script = """
                "$0" "$@" 2>progress & render=$!
                until \(condition) 2>/dev/null || ! kill -0 $render; do sleep 0.01; done
                kill -\(signal) $render; wait $render; code=$?
                cat progress >&2; rm progress; exit $code
                """
            return try await program.run(["-c", script, executable] + Self.call + options)
        }

        private func whole(_ render: Render, _ options: [String] = []) async throws -> Data {
            let outcome = try await render.program.run(Self.call + ["--quiet", "-o", "whole.png"] + options)
            #expect(outcome.code == 0, "\(outcome.errors)")
            return try Data(contentsOf: render.folder["whole.png"])
        }

        @Test(arguments: [("INT", 130, "euler"), ("TERM", 143, "euler_a")] as [(String, Int32, String)])
        func anInterruptedRenderGoesOnToTheSameBytes(_ signal: String, _ code: Int32, _ sampler: String) async throws {
            let render = try Render()
            let expected = try await whole(render, ["--sampler", sampler])
            let interrupted = try await interrupt(
                render, with: signal, once: "grep -q stage1.png kept/stages.json",
                ["--save-stages", "kept", "--sampler", sampler])
            #expect(interrupted.code == code, "\(interrupted.errors)")
            #expect(interrupted.output == "")
            let last = try #require(interrupted.errors.split(separator: "\n").last)
            #expect(last.hasPrefix("interrupted: ") && last.contains("of 3 stages are kept in kept"))
            #expect(last.contains("--resume"))
            let left = try FileManager.default.contentsOfDirectory(atPath: render.folder["kept"].path)
            #expect(left.count % 2 == 1 && left.count < Self.stages.count, "whole stages, and not all: \(left)")
            #expect(!left.contains { $0.hasPrefix(".") })
            #expect(try !render.folder.contents.contains("out.png"))

            let resumed = try await render.program.run(Self.call + ["--resume", "kept", "--sampler", sampler])
            #expect(resumed.code == 0, "\(resumed.errors)")
            #expect(!resumed.errors.contains("stage 1/3"))
            #expect(resumed.errors.contains("stage 3/3"))
            #expect(try Data(contentsOf: render.folder["out.png"]) == expected)
            #expect(
                try render.folder.contents == ["kept"] + Self.stages.map { "kept/\($0)" } + ["out.png", "whole.png"])
        }

        @Test func anInterruptionBeforeTheFirstStageLeavesNothingToGoOnFrom() async throws {
            let render = try Render()
            let interrupted = try await interrupt(
                render, with: "INT", once: "test -e kept/stages.json", ["--save-stages", "kept", "--quiet"])
            #expect(interrupted.code == 130)
            #expect(interrupted.errors == "interrupted: no stage is finished yet, so that none is kept\n")
            #expect(try render.folder.contents == ["kept", "kept/stages.json"])
            let expected = try await whole(render)
            let resumed = try await render.program.run(Self.call + ["--resume", "kept", "--quiet"])
            #expect(resumed.code == 0)
            #expect(resumed.errors.hasPrefix("note: no stage is finished in kept yet"))
            #expect(try Data(contentsOf: render.folder["out.png"]) == expected)
        }

        @Test func withoutKeptStagesItIsSaidHowTheyWouldHaveBeenKept() async throws {
            let render = try Render()
            let outcome = try await interrupt(render, with: "INT", once: "grep -q 'prompt done' progress", [])
            #expect(outcome.code == 130, "\(outcome.errors)")
            #expect(outcome.errors.contains("interrupted: no stage is kept; --save-stages DIR"))
            #expect(try render.folder.contents == [])
        }

        private static let small = Render.size + Render.stages + ["--quiet"]

        @Test func everyOfSeveralPicturesHasAFolderOfItsOwn() async throws {
            let render = try Render()
            let kept = try await render(Self.small + ["--count", "2", "--save-stages", "kept", "-o", "a.png"])
            #expect(kept.code == 0, "\(kept.errors)")
            let names = ["kept/128x128-seed0", "kept/128x128-seed1"]
            for name in names { #expect(try render.folder.contents.contains("\(name)/stage2.safetensors")) }
            let resumed = try await render(Self.small + ["--count", "2", "--resume", "kept", "-o", "b.png", "--json"])
            #expect(resumed.code == 0, "\(resumed.errors)")
            for seed in 0...1 {
                let (first, second) = ("a-128x128-seed\(seed).png", "b-128x128-seed\(seed).png")
                #expect(try Data(contentsOf: render.folder[first]) == Data(contentsOf: render.folder[second]))
            }
            #expect(resumed.output.contains("\"denoise\" : 0"), "nothing was computed again")
        }

        @Test func keepingStagesChangesNothing() async throws {
            let render = try Render()
            let plain = try await render.picture("plain.png")
            let kept = try await render.picture("kept.png", ["--save-stages", "stages"])
            #expect(plain == kept)
            // The last stage's own file has the picture without the record of how it was made.
            let last = try PixelImage(pngFile: render.folder["stages/stage2.png"].path)
            let isSame = try PixelImage(pngFile: render.folder["kept.png"].path) == last
            #expect(isSame)
        }

        @Test(arguments: [
            (["--resume", "none"], Render.Refusal.missingInput, ["none", "no such folder"]),
            (["--resume", "kept", "--save-stages", "kept"], .usage, ["--resume", "--save-stages"]),
            (["--save-stages", "kept"], .usage, ["kept", "already holds 2", "--resume"]),
            (["--resume", "kept", "--seed", "1"], .usage, ["kept", "seed was '0' and is '1'"]),
            (["--resume", "kept", "--steps", "3"], .usage, ["kept", "steps was '2' and is '3'"]),
            (["--resume", "kept", "--guidance-scale", "2"], .usage, ["guidance scale was '7.5' and is '2'"]),
            (["--resume", "cut"], .brokenInput, ["cut/stage2.safetensors", "not as it was written"]),
            (["--resume", "short"], .missingInput, ["short/stage1.png"]),
            (["--resume", "text"], .brokenInput, ["text/stages.json"]),
            (["--save-stages", "none/kept"], .cannotCreate, ["none/kept"]),
            (["--save-stages", "text/stages.json"], .cannotCreate, ["text/stages.json"]),
        ])
        func whatCannotBeGoneOnFromIsRefused(
            _ options: [String], _ refusal: Render.Refusal, _ names: [String]
        ) async throws {
            let render = try Render()
            _ = try await render.picture("out.png", ["--save-stages", "kept"])
            for copy in ["cut", "short"] {
                try FileManager.default.copyItem(at: render.folder["kept"], to: render.folder[copy])
            }
            let cut = render.folder["cut/stage2.safetensors"]
            try Data(contentsOf: cut).dropLast().write(to: cut)
            try FileManager.default.removeItem(at: render.folder["short/stage1.png"])
            try FileManager.default.createDirectory(at: render.folder["text"], withIntermediateDirectories: false)
            try Data("text".utf8).write(to: render.folder["text/stages.json"])
            let before = try render.folder.contents
            let outcome = try await render(Self.small + options)
            try render.expectRefusal(refusal, naming: names, of: outcome, leaving: before)
        }

        /// `ulimit -f` makes writes fail as a full disk does: the first stage's tensors have 50 KB.
        @Test func aFullDiskLeavesNoHalfStageAndSaysWhatToDo() async throws {
            let render = try Render()
            var program = render.program
            let call = [program.executable.path, "render", "a lighthouse", "--model", Render.model.path]
            program.executable = URL(filePath: "/bin/sh")
            program.environment["PATH"] = "/usr/bin:/bin"
            let outcome = try await program.run(
                ["-c", "ulimit -f 40; exec \"$0\" \"$@\""] + call + Render.sampling + Self.small
                    + ["--save-stages", "kept"])
            try render.expectRefusal(
                .inputOutput, naming: ["kept/stage1.safetensors", "raise the limit"], of: outcome,
                leaving: ["kept", "kept/stages.json"])
        }
    }
}
