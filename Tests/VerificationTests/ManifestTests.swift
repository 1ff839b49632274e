import Foundation
import Tensors
import Testing
import Verification

/// A verification that passes over what it does not understand would pass for nothing.
struct ManifestTests {
    /// A folder with this manifest, and the fixtures' files beside it.
    private func folder(_ manifest: String) throws -> String {
        let folder = FileManager.default.temporaryDirectory.appending(path: "apldm-verify-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try manifest.write(to: folder.appending(path: "manifest.json"), atomically: true, encoding: .utf8)
        for name in ["models", "rng", "bicubic", "pipeline"] {
            try FileManager.default.createSymbolicLink(
                atPath: folder.appending(path: name).path, withDestinationPath: GoldenTests.folder + "/" + name)
        }
        return folder.path
    }

    private func outcome(_ description: String) async throws -> Verifier.Outcome {
        let path = try folder(#"{"version": 1, "cases": [\#(description)]}"#)
        defer { try? FileManager.default.removeItem(atPath: path) }
        let folder = try VerificationFolder(path: path)
        return await Verifier(folder: folder, backend: CPUBackend(threads: 1)).run(folder.caseIDs[0])
    }

    @Test func anUnknownKindFails() async throws {
        let outcome = try await outcome(#"{"id": "x", "kind": "telepathy"}"#)
        #expect(!outcome.passed)
        #expect(outcome.failure?.contains("telepathy") == true)
    }

    @Test func anUnknownOptionFails() async throws {
        let outcome = try await outcome(
            #"""
            {"id": "x", "kind": "pipeline", "model": "models/sdxl-a", "options": {"height": 256, "width": 256, "swirl": 1},
             "expected": "pipeline/p07_xl_native.safetensors", "tol": {"latents_atol": 1, "image_atol": 1}}
            """#)
        #expect(!outcome.passed)
        #expect(outcome.failure?.contains("swirl") == true)
    }

    @Test func anExpectedTensorThatNothingIsComparedWithFails() async throws {
        // The noise of other cases is not what a resampling check reads.
        let outcome = try await outcome(
            #"{"id": "x", "kind": "bicubic", "expected": "pipeline/p07_xl_native.safetensors", "tol": {"atol": 1}}"#)
        #expect(!outcome.passed)
        #expect(outcome.failure?.contains("nothing was compared with") == true)
    }

    @Test func aWrongExpectationFails() async throws {
        let outcome = try await outcome(
            #"{"id": "x", "kind": "bicubic", "expected": "bicubic/cases.safetensors", "tol": {"atol": 1e-12, "rtol": 0}}"#
        )
        #expect(outcome.failure == nil)
        #expect(!outcome.passed)
        #expect(outcome.worstError > 1e-12)
    }

    @Test func aPathThatLeavesTheFolderFails() async throws {
        let outcome = try await outcome(
            #"{"id": "x", "kind": "bicubic", "expected": "../../etc/passwd", "tol": {"atol": 1}}"#)
        #expect(outcome.failure?.contains("leaves the folder") == true)
    }

    @Test(arguments: ["", "[]", #"{"version": 2, "cases": []}"#, #"{"version": 1}"#, #"{"version": 1, "cases": [{}]}"#])
    func aManifestThatIsNoneIsRefused(text: String) throws {
        let path = try folder(text)
        defer { try? FileManager.default.removeItem(atPath: path) }
        #expect(throws: VerificationFolder.Failure.self) { try VerificationFolder(path: path) }
    }
}
