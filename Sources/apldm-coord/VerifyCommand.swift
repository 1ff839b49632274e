import ArgumentParser
import CommandSupport
import FoundationEssentials
import Tensors
import Verification

struct VerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Check this host's results against recorded ones.",
        discussion: """
            DIR holds a manifest.json and the files that it names. A line a case: the largest error as a share of its \
            tolerance, and the two figures. Exits with 1 when a case fails; unknown kinds and options, and \
            expected tensors that nothing is compared with, are failures.
            """)

    @Argument(help: ArgumentHelp("A folder of verification cases.", valueName: "DIR"))
    var folder: String

    @Option(help: ArgumentHelp("Only cases whose identifier contains this.", valueName: "TEXT"))
    var filter: String?

    @Flag(help: "Print the result as JSON.")
    var json = false

    @OptionGroup var compute: ThreadOptions

    private struct Line: Encodable {
        var id: String
        var kind: String
        var passed: Bool
        var comparisons: Int
        var worstError: Double
        var tolerance: Double
        var worstName: String
        var failure: String?
    }

    func run() async throws {
        try await Failure.reporting {
            let cases = try VerificationFolder(path: folder)
            let verifier = Verifier(folder: cases, backend: compute.makeBackend())
            let ids = cases.caseIDs.filter { id in filter.map { id.contains($0) } ?? true }
            guard !ids.isEmpty else { throw ValidationError("\(folder) has no such case to run") }
            var failed = 0
            var lines: [Line] = []
            for id in ids {
                let outcome = await verifier.run(id)
                if !outcome.passed { failed += 1 }
                if json {
                    lines.append(
                        Line(
                            id: id, kind: outcome.kind, passed: outcome.passed, comparisons: outcome.comparisons,
                            worstError: outcome.worstError.isFinite ? outcome.worstError : -1,
                            tolerance: outcome.tolerance, worstName: outcome.worstName, failure: outcome.failure))
                } else {
                    try Console.result(Self.line(outcome))
                }
            }
            if json {
                try Console.result(json: lines)
            } else {
                try Console.result("\(ids.count - failed) passed, \(failed) failed")
            }
            if failed > 0 { throw ExitCode(1) }
        }
    }

    private static func line(_ outcome: Verifier.Outcome) -> String {
        let head = (outcome.passed ? "pass  " : "FAIL  ") + outcome.id.padded(to: 26)
        if let failure = outcome.failure { return "\(head)  \(failure)" }
        guard outcome.worstShare > 0 else { return "\(head)  exact over \(outcome.comparisons) comparisons" }
        return "\(head)  worst \(short(outcome.worstError)) of \(short(outcome.tolerance)) at \(outcome.worstName)"
    }

    /// Three significant digits.
    private static func short(_ value: Double) -> String {
        guard value.isFinite, value != 0 else { return "\(value)" }
        var exponent = 0
        var mantissa = abs(value)
        while mantissa >= 10 { (mantissa, exponent) = (mantissa / 10, exponent + 1) }
        while mantissa < 1 { (mantissa, exponent) = (mantissa * 10, exponent - 1) }
        return "\(value < 0 ? "-" : "")\(Double(Int(mantissa * 100 + 0.5)) / 100)e\(exponent)"
    }
}
