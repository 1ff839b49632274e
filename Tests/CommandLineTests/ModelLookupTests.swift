import Foundation
import Testing

extension CommandLineTests {
    /// The embedded model is found wherever the program is and is called from.
    @Suite struct ModelLookupTests {
        private let folder: TemporaryFolder
        private let program: Program

        init() throws {
            folder = try TemporaryFolder()
            program = Program(folder: folder.url)
        }

        private var embedded: URL {
            Program.checkout.appending(path: "Sources/DiffusionModels/Resources/models/landscape")
        }

        private func expectFound(
            in place: String, by program: Program, _ arguments: [String] = [],
            sourceLocation: SourceLocation = #_sourceLocation
        ) async throws {
            let outcome = try await program.run(["model", "inspect"] + arguments)
            #expect(outcome.code == 0, "\(outcome.errors)", sourceLocation: sourceLocation)
            #expect(outcome.output.contains(place), "\(outcome.output)", sourceLocation: sourceLocation)
            #expect(outcome.output.contains("landscape"), sourceLocation: sourceLocation)
        }

        @Test func fromAnotherFolder() async throws {
            try await expectFound(in: "apldm_DiffusionModels.resources/models/landscape", by: program)
        }

        @Test func throughALinkToTheProgram() async throws {
            var program = program
            program.executable = folder["linked"]
            try FileManager.default.createSymbolicLink(at: folder["linked"], withDestinationURL: Program.built)
            try await expectFound(in: "apldm_DiffusionModels.resources/models/landscape", by: program)
        }

        @Test func whereTheEnvironmentSays() async throws {
            var program = program
            program.environment["APLDM_MODELS"] = "/nowhere:\(embedded.deletingLastPathComponent().path)"
            try await expectFound(in: "Sources/DiffusionModels/Resources/models/landscape", by: program, ["landscape"])
        }

        @Test func whereItIsInstalled() async throws {
            try FileManager.default.createDirectory(at: folder["bin"], withIntermediateDirectories: false)
            try FileManager.default.createDirectory(
                at: folder["share/apldm/models"], withIntermediateDirectories: true)
            try FileManager.default.copyItem(at: Program.built, to: folder["bin/apldm-coord"])
            try FileManager.default.copyItem(at: embedded, to: folder["share/apldm/models/landscape"])
            var program = program
            program.executable = folder["bin/apldm-coord"]
            try await expectFound(in: "share/apldm/models/landscape", by: program)
        }

        @Test func aNameThatDoesNotExistListsWhatWasSearched() async throws {
            var program = program
            program.environment["APLDM_MODELS"] = "/one:/two"
            let outcome = try await program.run(["model", "inspect", "nonesuch"])
            #expect(outcome.code == 66)
            #expect(outcome.output == "")
            for place in [
                "/one/nonesuch", "/two/nonesuch", "apldm_DiffusionModels.resources/models/nonesuch",
                "share/apldm/models/nonesuch",
            ] { #expect(outcome.errors.contains(place)) }
        }
    }
}
