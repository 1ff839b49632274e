import ArgumentParser
import AsyncHTTPClient
import CommandSupport
import Foundation
import LoadTesting

/// Submits jobs to a coordinator that serves them, and looks whether all come to their end.
struct Jobs: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Submit jobs to 'apldm-coord serve' and wait for their pictures.",
        discussion: """
            The jobs ask for the prompt with as many seeds as --seeds says, in turn, so that every picture is rendered \
            several times by whoever has room: pictures of one seed must have the same pixels.

            Example:
              apldm-load jobs --url http://127.0.0.1:7421 --count 200 --width 128 --height 128 --steps 4
            """)

    @Option(help: ArgumentHelp("The coordinator.", valueName: "URL")) var url = "http://127.0.0.1:7421"
    @Option(help: ArgumentHelp("So many jobs.", valueName: "N")) var count = 100
    @Option(help: ArgumentHelp("Submissions at a time.", valueName: "N")) var connections = 8
    @Option(help: ArgumentHelp("So many different seeds.", valueName: "N")) var seeds = 10
    @Option(help: ArgumentHelp("So many owners.", valueName: "N")) var owners = 3
    @Option(help: "What to draw.") var prompt = "green hills and a lake at noon"
    @Option(help: ArgumentHelp("Pixels.", valueName: "N")) var width = 128
    @Option(help: ArgumentHelp("Pixels.", valueName: "N")) var height = 128
    @Option(help: ArgumentHelp("Sampling steps.", valueName: "N")) var steps = 4
    @Flag(help: "Print the report as JSON.") var json = false

    func validate() throws {
        for (name, value, range) in [
            ("--count", count, 1...1_000_000), ("--connections", connections, 1...1000),
            ("--seeds", seeds, 1...1_000_000),
            ("--owners", owners, 1...1000),
        ] where !range.contains(value) {
            throw ValidationError("\(name): \(value) is out of range; use \(range.lowerBound) to \(range.upperBound)")
        }
        guard let parsed = URL(string: url), ["http", "https"].contains(parsed.scheme), parsed.host() != nil else {
            throw ValidationError("--url: \(url) is no address; use for example http://127.0.0.1:7421")
        }
    }

    func run() async throws {
        let client = HTTPClient(eventLoopGroupProvider: .singleton)
        do {
            let report = try await JobLoad(command: self, client: client).run()
            try await client.shutdown()
            try Console.result(json ? try Console.json(report) : report.text)
            if !report.isFaultless { throw ExitCode(1) }
        } catch let error as ExitCode {
            throw error
        } catch {
            try? await client.shutdown()
            Console.error("error: \(url): \(error)")
            throw ExitCode(69)
        }
    }
}

/// What came of the jobs.
struct JobLoadReport: Encodable {
    let jobs: Int
    /// Until the last one ended.
    let seconds: Double
    /// From sending a job to its answer, in seconds.
    let submission: Quantiles
    /// From a job's submission to its end, in seconds.
    let completion: Quantiles
    let finished: Int
    let notFinished: Int
    /// Pictures whose pixels are others than those of the same seed.
    let differing: Int

    var isFaultless: Bool { notFinished == 0 && differing == 0 }

    var text: String {
        func milliseconds(_ seconds: Double) -> String { "\(Double(Int(seconds * 1e5)) / 100) ms" }
        return """
            \(jobs) jobs in \(Double(Int(seconds * 100)) / 100) s: \(finished) finished, \(notFinished) not, \
            \(differing) with other pixels than the same request before
            submission: median \(milliseconds(submission.median)), p99 \(milliseconds(submission.p99)), most \
            \(milliseconds(submission.most))
            from submission to end: median \(milliseconds(completion.median)), p99 \(milliseconds(completion.p99)), most \
            \(milliseconds(completion.most))
            """
    }
}
