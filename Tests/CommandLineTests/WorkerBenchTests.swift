import Foundation
import Testing

extension CommandLineTests {
    /// `apldm-worker bench`.
    struct WorkerBenchTests {
        private func run(_ arguments: String...) async throws -> Program.Outcome { try await run(arguments) }

        private func run(_ arguments: [String]) async throws -> Program.Outcome {
            let folder = try TemporaryFolder()
            var program = Program(folder: folder[""])
            program.executable = Program.built.deletingLastPathComponent().appending(path: "apldm-worker")
            return try await program.run(["bench"] + arguments)
        }

        @Test func theReportHasEveryFigure() async throws {
            let run = try await run("table", "--only", "layerNorm rows=1024", "--json", "--threads", "2", "--runs", "1")
            #expect(run.code == 0 && run.errors == "", "\(run.errors)")
            let report = try #require(try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
            let compute = try #require(report["compute"] as? [String: Any])
            #expect(compute["threads"] as? Int == 2 && compute["precision"] as? String == "exact")
            let results = try #require(report["results"] as? [[String: Any]])
            #expect(results.count == 1 && results[0]["operation"] as? String == "layerNorm")
            #expect(results[0]["sizes"] as? [String: Int] == ["rows": 1024, "channels": 1280])
            #expect(results[0]["method"] == nil)
            #expect(results[0]["bytesPerSecond"] is Double && results[0]["operationsPerSecond"] == nil)
            // Its result: this process computes nothing else meanwhile.
            #expect(try #require(results[0]["workingBytes"] as? Int) >= 1024 * 1280 * 4)
            let peak = try #require(report["peak"] as? [String: Double])
            #expect(peak.keys.sorted() == ["bytesPerSecond", "operationsPerSecond"])
        }

        @Test func aConvolutionSaysHowItIsComputed() async throws {
            func methods(_ options: String...) async throws -> [String?] {
                let run = try await run(
                    ["table", "--only", "edge=16 inputs=1280", "--json", "--threads", "2", "--runs", "1"] + options)
                #expect(run.code == 0 && run.errors == "", "\(run.errors)")
                let report = try #require(
                    try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
                return try #require(report["results"] as? [[String: Any]]).map { $0["method"] as? String }
            }
            #expect(try await methods() == ["winograd"])
            #expect(try await methods("--convolutions", "windows") == ["windows"])
        }

        @Test func theTableHasALineForEachCase() async throws {
            let run = try await run("--only", "gatedGELU", "--threads", "1", "--runs", "1")
            #expect(run.code == 0, "\(run.errors)")
            #expect(run.output.split(separator: "\n").filter { $0.hasPrefix("| gatedGELU") }.count == 2)
        }

        @Test func whatIsNotThereIsRefused() async throws {
            let unknown = try await run("--only", "teleportation")
            #expect(unknown.code == 64 && unknown.errors.contains("teleportation"))
            let kernels = try await run("table", "--kernels", "mmx")
            #expect(kernels.code == 64 && kernels.errors.contains("--kernels"))
            let missing = try await run("pass", "unet", "--folder", "nowhere", "--input", "nothing.safetensors")
            #expect(missing.code == 66 && missing.errors.contains("nowhere"))
        }
    }
}
