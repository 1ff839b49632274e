import Foundation
import Testing

extension CommandLineTests {
    /// Memory decides what a render takes, never its bytes.
    @Suite struct MemoryTests {
        private static let picture = [
            "--width", "512", "--height", "512", "--steps", "2", "--eta2", "1", "--tile-core", "16", "--quiet",
        ]

        private struct Report: Decodable {
            var peakMemoryBytes: Int
            var peakTensorBytes: Int
        }

        /// Renders on the embedded model; returns the file and the report.
        private func render(_ folder: TemporaryFolder, _ options: [String]) async throws -> (Data, Report) {
            let outcome = try await Program(folder: folder.url).run(
                ["render", "a lake", "--json", "--threads", "2", "--output", "out.png"] + Self.picture + options)
            try #require(outcome.code == 0, "\(outcome.errors)")
            return (
                try Data(contentsOf: folder["out.png"]),
                try JSONDecoder().decode(Report.self, from: Data(outcome.output.utf8))
            )
        }

        /// Runs in a folder that is gone afterwards.
        private func run(_ arguments: [String]) async throws -> Program.Outcome {
            let folder = try TemporaryFolder()
            defer { withExtendedLifetime(folder) {} }
            return try await Program(folder: folder.url).run(arguments)
        }

        @Test("Any limit, with a scratch file or without: the same file, within the limit")
        func limits() async throws {
            let folder = try TemporaryFolder()
            let (free, unlimited) = try await render(folder, [])
            for (limit, scratch) in [(220, folder.url.path), (195, folder.url.path), (195, "none")] {
                let (file, report) = try await render(
                    folder, ["--memory-limit", "\(limit)MiB", "--scratch-dir", scratch])
                #expect(file == free, "\(limit) MiB, \(scratch)")
                #expect(report.peakMemoryBytes <= limit << 20)
                #expect(report.peakMemoryBytes > report.peakTensorBytes)
                #expect(report.peakTensorBytes < unlimited.peakTensorBytes)
            }
            #expect(try folder.contents == ["out.png"])
        }

        @Test("Too little memory is found before anything is drawn, with what would fit")
        func tooLittle() async throws {
            let folder = try TemporaryFolder()
            let outcome = try await Program(folder: folder.url).run(
                ["render", "a lake", "--width", "4096", "--height", "4096", "--memory-limit", "400MiB"])
            #expect(outcome.code == 64)
            for name in ["--memory-limit", "4096x4096", "MiB", "would fit"] { #expect(outcome.errors.contains(name)) }
            #expect(try folder.contents.isEmpty)
        }

        @Test(arguments: ["0", "-1", "12XB", "", "GiB", "1e999", "nan"])
        func limitsThatAreNone(limit: String) async throws {
            let outcome = try await run(
                ["render", "a lake", "--memory-limit=\(limit)"])
            #expect(outcome.code == 64)
            #expect(outcome.errors.contains("--memory-limit"))
        }

        @Test func aScratchFolderThatIsNoneIsRefused() async throws {
            let outcome = try await run(
                ["render", "a lake", "--scratch-dir", "/nowhere/at/all"])
            #expect(outcome.code == 64)
            #expect(outcome.errors.contains("--scratch-dir"))
        }

        private struct Plan: Decodable {
            struct Picture: Decodable {
                struct Stage: Decodable { var height: Int; var tiles: Int; var windows: Int }
                var stages: [Stage]
                var operations: Double
                var leastMemoryBytes: Int
                var comfortableMemoryBytes: Int
                var seconds: Double
            }
            var pictures: [Picture]
        }

        @Test("A plan of the largest pictures draws nothing")
        func plan() async throws {
            let folder = try TemporaryFolder()
            let outcome = try await Program(folder: folder.url).run(
                ["render", "a lake", "--image-sizes", "1024", "12800", "--plan", "--json"])
            try #require(outcome.code == 0, "\(outcome.errors)")
            let plan = try JSONDecoder().decode(Plan.self, from: Data(outcome.output.utf8))
            let (small, large) = (plan.pictures[0], plan.pictures[1])
            #expect(large.stages.last?.height == 12800)
            #expect(large.stages.last?.tiles == 625)
            #expect(large.operations > 156 * small.operations)
            #expect(large.seconds > small.seconds)
            #expect(large.leastMemoryBytes < large.comfortableMemoryBytes)
            #expect(try folder.contents.isEmpty)
        }

        @Test("A plan counts windows, and leaves their column out where there are none")
        func planOfWindows() async throws {
            func plan(_ options: [String]) async throws -> String {
                let outcome = try await run(["render", "a lake", "--image-sizes", "1024", "--plan"] + options)
                try #require(outcome.code == 0, "\(outcome.errors)")
                return outcome.output
            }
            let json = try await plan(["--stage-two", "windows", "--json"])
            let stages = try #require(JSONDecoder().decode(Plan.self, from: Data(json.utf8)).pictures.first).stages
            // 744 pixels are 93 cells, 1024 are 128; windows of 32 begin at most 24 apart.
            #expect(stages.map(\.windows) == [1, 4 * 4, 5 * 5])
            #expect(try await plan(["--stage-two", "windows"]).contains("windows"))
            #expect(try await !plan([]).contains("windows"))
        }

        @Test("Windows within a limit: the same file")
        func limitOfWindows() async throws {
            let folder = try TemporaryFolder()
            let windows = ["--stage-two", "windows"]
            let (free, _) = try await render(folder, windows)
            let (file, report) = try await render(folder, windows + ["--memory-limit", "195MiB"])
            #expect(file == free)
            #expect(report.peakMemoryBytes <= 195 << 20)
        }

        private struct Measurement: Decodable {
            var peakTensorBytes: Int
            var estimatedBytes: Int?
            var estimatedLeastBytes: Int?
            var estimatedComfortableBytes: Int?
        }

        @Test(
            "What a plan says of memory is what is taken",
            arguments: [
                ["unet", "--size", "512"], ["unet", "--size", "512x264", "--branches", "1"],
                ["autoencoder", "decode", "--size", "768x512"], ["autoencoder", "encode", "--size", "512x768"],
                ["autoencoder", "decode", "--size", "520", "--vae-tiling", "whole"],
                ["autoencoder", "encode", "--size", "520", "--vae-tiling", "whole"],
                ["autoencoder", "decode", "--size", "256", "--vae-tiling", "paper"],
                ["autoencoder", "encode", "--size", "512", "--vae-tiling", "paper"],
            ])
        func estimates(arguments: [String]) async throws {
            let outcome = try await run(
                ["bench"] + arguments + ["--json", "--threads", "1"])
            try #require(outcome.code == 0, "\(outcome.errors)")
            let measured = try JSONDecoder().decode(Measurement.self, from: Data(outcome.output.utf8))
            let estimate = measured.estimatedBytes ?? measured.estimatedComfortableBytes ?? 0
            // What a thread multiplies with is counted apart.
            #expect(measured.peakTensorBytes <= estimate + estimate / 20 + 4 << 20)
            #expect(measured.peakTensorBytes > estimate / 2)
        }

        @Test("Two runs compare through a file")
        func comparison() async throws {
            let folder = try TemporaryFolder()
            defer { withExtendedLifetime(folder) {} }
            let program = Program(folder: folder.url)
            let whole = try await program.run(
                [
                    "bench", "autoencoder", "decode", "--size", "256", "--vae-tiling", "whole", "--output",
                    "a.safetensors",
                ])
            #expect(whole.code == 0, "\(whole.errors)")
            let tiled = try await program.run([
                "bench", "autoencoder", "decode", "--size", "256", "--tile-core", "8", "--reference", "a.safetensors",
                "--json",
            ])
            #expect(tiled.code == 0, "\(tiled.errors)")
            struct Errors: Decodable { var largestError: Double; var tiles: Int }
            let errors = try JSONDecoder().decode(Errors.self, from: Data(tiled.output.utf8))
            #expect(errors.tiles == 16)
            #expect(errors.largestError < 1e-5)
        }
    }
}
