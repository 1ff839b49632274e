import Foundation
import RenderPipeline
import Tensors
import Testing

extension CommandLineTests {
    /// What is printed for people and for programs.
    @Suite struct ReportTests {
        private struct Report: Decodable {
            var model: Model
            var compute: Compute
            var pictures: [Picture]

            struct Model: Decodable { var name: String }
            struct Compute: Decodable, Equatable {
                var kernels: String
                var numericsClass: String
                var precision: String
                var convolutions: String
                var threads: Int
            }
            struct Picture: Decodable {
                var path: String
                var sha256: String
            }
        }

        private struct Description: Decodable {
            var name: String
            var nativeSize: Int
            var latentChannels: Int
            var components: [Component]

            struct Component: Decodable {
                var name: String
                var elementTypes: [String]
            }
        }

        private struct Case: Decodable {
            var id: String
            var passed: Bool
            var failure: String?
        }

        private func decode<Value: Decodable>(_ text: String) throws -> Value {
            try JSONDecoder().decode(Value.self, from: Data(text.utf8))
        }

        @Test func theReportHasTheDigestOfThePixels() async throws {
            let render = try Render()
            let outcome = try await render(
                Render.size + Render.stages + ["--json", "--threads", "1", "--count", "2", "-o", "a.png"])
            #expect(outcome.code == 0, "\(outcome.errors)")
            let report: Report = try decode(outcome.output)
            #expect(report.model.name == "sdxl-a")
            #expect(report.compute.threads == 1)
            #expect(report.pictures.map(\.path) == ["a-128x128-seed0.png", "a-128x128-seed1.png"])
            for picture in report.pictures {
                #expect(try PixelImage(pngFile: render.folder[picture.path].path).digest == picture.sha256)
            }
        }

        @Test("Kernels and the method of convolutions can be forced, and other bits are another class of numerics")
        func computeOptions() async throws {
            let render = try Render()
            func report(_ options: String...) async throws -> (Report.Compute, sha256: String?) {
                let outcome = try await render(
                    Render.size + Render.stages + ["--json", "--quiet", "--threads", "1", "-o", "a.png"] + options)
                try #require(outcome.code == 0, "\(outcome.errors)")
                let report: Report = try decode(outcome.output)
                return (report.compute, report.pictures.first?.sha256)
            }
            let free = try await report()
            #expect(free.0.convolutions == "auto" && free.0.precision == "exact")
            let portable = try await report("--kernels", "portable")
            #expect(portable.0.kernels == "portable" && portable.0.numericsClass == "cpu/portable")
            let same = try await report("--kernels", free.0.kernels)
            #expect(same.0 == free.0 && same.sha256 == free.sha256)
            for set in InstructionSet.supported where set != .portable {
                let forced = try await report("--kernels", set.rawValue)
                #expect(forced.0.kernels == set.rawValue && forced.0.numericsClass == "cpu/avx2")
                #expect(forced.sha256 == free.sha256)
            }
            for set in InstructionSet.allCases where !InstructionSet.supported.contains(set) {
                let outcome = try await render(Render.size + Render.stages + ["--kernels", set.rawValue])
                try render.expectRefusal(.usage, naming: ["--kernels", set.rawValue, "portable"], of: outcome)
            }
            let windows = try await report("--convolutions", "windows")
            #expect(windows.0.numericsClass == free.0.numericsClass + "/windows")
            #expect(windows.0.convolutions == "windows" && windows.sha256 != nil)
            let fixed = try await report("--convolutions", "winograd", "--precision", "fixed16")
            #expect(fixed.0.numericsClass == free.0.numericsClass + "/fixed16/winograd")
            #expect(fixed.0.precision == "fixed16")
        }

        @Test func aModelIsDescribedToPeopleAndToPrograms() async throws {
            let program = Program(folder: Render.models)
            let text = try await program.run(["model", "inspect", "sdxl-a"])
            #expect(text.code == 0, "\(text.errors)")
            #expect(text.output.hasPrefix("sdxl-a: Stable Diffusion XL, trained at 256x256"))
            let json = try await program.run(["model", "inspect", "sdxl-a", "--json"])
            #expect(json.code == 0, "\(json.errors)")
            let description: Description = try decode(json.output)
            #expect(description.name == "sdxl-a")
            #expect(description.nativeSize == 256)
            #expect(description.latentChannels == 4)
            #expect(Set(description.components.map(\.name)) == ["text_encoder", "text_encoder_2", "unet", "vae"])
            #expect(description.components.allSatisfy { $0.elementTypes == ["F32"] })
        }

        @Test func aFolderWithoutCasesCannotBeVerified() async throws {
            let folder = try TemporaryFolder()
            let outcome = try await Program(folder: folder.url).run(["verify", "."])
            #expect(outcome.code == 66)
            #expect(outcome.output == "")
            #expect(outcome.errors.contains("manifest.json"))
        }

        @Test(arguments: ["{", "[]", "{}", #"{"version": 2, "cases": []}"#, #"{"version": 1, "cases": [3]}"#])
        func aManifestThatIsNoneIsBroken(_ text: String) async throws {
            let folder = try TemporaryFolder()
            try Data(text.utf8).write(to: folder["manifest.json"])
            let outcome = try await Program(folder: folder.url).run(["verify", "."])
            #expect(outcome.code == 65)
            #expect(outcome.output == "")
            #expect(outcome.errors.contains("manifest.json"))
        }

        /// One case of the fixtures, once as it is and once with another expectation.
        @Test(arguments: [false, true]) func aWrongExpectationFails(isWrong: Bool) async throws {
            let folder = try TemporaryFolder()
            let fixtures = Program.checkout.appending(path: "Tests/Fixtures")
            let manifest = #"{"version": 1, "cases": [{"id": "sizes", "kind": "sizes", "expected": "sizes.json"}]}"#
            try Data(manifest.utf8).write(to: folder["manifest.json"])
            var sizes = try String(contentsOf: fixtures.appending(path: "sizes/sizes.json"), encoding: .utf8)
            if isWrong { sizes = sizes.replacing("1024", with: "1032") }
            try Data(sizes.utf8).write(to: folder["sizes.json"])
            let program = Program(folder: folder.url)
            let text = try await program.run(["verify", "."])
            #expect(text.code == (isWrong ? 1 : 0), "\(text.output) \(text.errors)")
            #expect(text.output.contains(isWrong ? "FAIL  sizes" : "pass  sizes"))
            let json = try await program.run(["verify", ".", "--json"])
            #expect(json.code == (isWrong ? 1 : 0))
            let cases: [Case] = try decode(json.output)
            #expect(cases.map(\.id) == ["sizes"])
            #expect(cases.map(\.passed) == [!isWrong])
        }

        @Test(arguments: [[], ["render"], ["model"], ["model", "inspect"], ["verify"]])
        func everyCommandExplainsItself(_ command: [String]) async throws {
            let outcome = try await Program(folder: Render.models).run(command + ["--help"])
            #expect(outcome.code == 0)
            #expect(outcome.output.contains("USAGE: apldm-coord"))
            #expect(outcome.errors == "")
        }

        @Test func theVersionIsPrinted() async throws {
            let outcome = try await Program(folder: Render.models).run(["--version"])
            #expect(outcome.code == 0)
            #expect(outcome.output.split(separator: ".").count == 3)
        }
    }
}
