import Foundation
import Tensors
import Testing
import Verification

/// Every case of the golden fixtures, as `apldm-coord verify` runs them: PyTorch, diffusers, transformers and the
/// official AP-LDM module are the reference (see Tests/Fixtures/README.md).
@Suite(.serialized)
struct GoldenTests {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../Fixtures").standardizedFileURL.path

    static let caseIDs: [String] = (try? VerificationFolder(path: folder).caseIDs) ?? []

    @Test func thereAreCases() {
        #expect(Self.caseIDs.count == 44)
    }

    @Test(arguments: caseIDs)
    func agreesWithTheReference(id: String) async throws {
        let verifier = Verifier(folder: try VerificationFolder(path: Self.folder), backend: CPUBackend(threads: 2))
        let outcome = await verifier.run(id)
        #expect(outcome.failure == nil)
        #expect(
            outcome.passed,
            "\(outcome.worstName): error \(outcome.worstError), tolerance \(outcome.tolerance)")
    }
}
