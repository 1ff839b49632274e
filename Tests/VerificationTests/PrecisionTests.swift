import Foundation
import Tensors
import Testing
import Verification

/// What the faster precision costs in pictures.
struct PrecisionTests {
    static let pictures = GoldenTests.caseIDs.filter { $0.hasPrefix("pipeline/") }

    @Test(arguments: pictures)
    func fixed16IsFortyFiveDecibelsFromExactAtLeast(id: String) async throws {
        let folder = try VerificationFolder(path: GoldenTests.folder)
        var pictures: [[Float]] = []
        for precision in [CPUBackend.Precision.exact, .fixed16] {
            let verifier = Verifier(folder: folder, backend: CPUBackend(threads: 2, precision: precision))
            pictures.append(try #require(try await verifier.picture(id)).values)
        }
        let squares = zip(pictures[0], pictures[1]).reduce(0.0) { sum, pair in
            // As levels of a PNG would be: limited to what can be shown.
            let difference = Double(min(max(pair.0, -1), 1) - min(max(pair.1, -1), 1))
            return sum + difference * difference
        }
        #expect(squares > 0, "nothing was computed in fixed point")
        let decibels = 10 * log10(4 / (squares / Double(pictures[0].count)))
        print("\(id): fixed16 is \(decibels) dB from exact")
        #expect(decibels >= 45)
    }
}
