import ArgumentParser
import Benchmarks
import CommandSupport
import DiffusionModels
import FoundationEssentials
import RenderPipeline
import Tensors

struct BenchTableCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "table", abstract: "Time operations and passes of a model, as a table.",
        discussion: """
            Operations have the sizes that occur in pictures of SDXL's architecture; passes are those of the model given. \
            Shares are of what the host reaches in a loop of multiply-adds, or in adding large tensors, measured at the \
            beginning. A coordinator predicts the time of tasks by the speed of the first convolutions that a worker \
            computes, which is the speed of the first line, and by what it measures itself from then on.
            """)

    enum Level: String, ExpressibleByArgument, CaseIterable { case kernels, models, all }

    @Option(help: "What is timed.")
    var level: Level = .all

    @Option(
        help: ArgumentHelp(
            "Only what has this text in its line, for example 'linear' or 'edge=64'; may be given several times.",
            valueName: "TEXT"))
    var only: [String] = []

    @Option(help: ArgumentHelp("Runs of each, at least; one more before them is not counted.", valueName: "N"))
    var runs = 3

    @Option(help: ArgumentHelp("Rows and columns of latents in passes of the model.", valueName: "N"))
    var edge = 64

    @Flag(help: "Print the result as JSON.")
    var json = false

    @OptionGroup(title: "Model") var source: ModelOptions
    @OptionGroup(title: "Device") var compute: ComputeOptions

    private struct Report: Encodable {
        var version = ApldmWorker.version
        var compute: ComputeReport
        var peak: HostPeak
        var results: [BenchmarkResult]
        /// The process's.
        var peakMemoryBytes: Int
    }

    func validate() throws {
        guard (1...1000).contains(runs) else { throw ValidationError("--runs: use 1 to 1000") }
        guard (8...512).contains(edge) else { throw ValidationError("--edge: use 8 to 512") }
    }

    func run() async throws {
        try await WorkerFailure.reporting {
            let cases = try cases()
            let backend = compute.makeBackend()
            let peak = HostPeak(of: backend)
            if !json { try Self.printHeader(backend, peak) }
            var results: [BenchmarkResult] = []
            for benchmark in cases {
                // Within a model, operations find the memory of those before them.
                let result = TensorMemory.reusing {
                    BenchmarkResult(benchmark, on: backend, peak: peak, runs: runs)
                }
                if !json { try Self.printLine(benchmark, result) }
                results.append(result)
            }
            guard json else { return }
            let report = Report(
                compute: ComputeReport(backend), peak: peak, results: results,
                peakMemoryBytes: HostUsage.peakMemory)
            try Console.result(json: report)
        }
    }

    private func cases() throws -> [BenchmarkCase] {
        var cases = level == .models ? [] : KernelBenchmarks.all
        if level != .kernels {
            let model = try source.load()
            cases += [
                ModelBenchmarks.unet(model.unet, edge: edge), ModelBenchmarks.decode(model.autoencoder, edge: edge),
                ModelBenchmarks.encode(model.autoencoder, edge: edge),
            ]
        }
        let chosen = cases.filter { benchmark in only.isEmpty || only.contains { benchmark.name.contains($0) } }
        guard !chosen.isEmpty else {
            throw ValidationError("--only: nothing has \(only.joined(separator: " or ")) in its line")
        }
        return chosen
    }

    private static func printHeader(_ backend: CPUBackend, _ peak: HostPeak) throws {
        try Console.result(
            """
            \(backend.threadCount) threads, \(backend.numericsClass) by \(backend.kernelsName) kernels
            at most \(Int(peak.operationsPerSecond / 1e9)) GFLOP/s and \(Int(peak.bytesPerSecond / 1e9)) GB/s

            | what | time | rate | of the most | memory |
            | --- | --- | --- | --- | --- |
            """)
    }

    private static func printLine(_ benchmark: BenchmarkCase, _ result: BenchmarkResult) throws {
        let rate =
            result.operationsPerSecond.map { "\(Int(($0 / 1e9).rounded())) GFLOP/s" }
            ?? result.bytesPerSecond.map { "\(($0 / 1e8).rounded() / 10) GB/s" } ?? ""
        try Console.result(
            "| \(benchmark.name) | \(time(result.seconds)) | \(rate) | \(Int((100 * result.shareOfPeak).rounded())) % "
                + "| \(ResourcePlan.text(result.workingBytes)) |")
    }

    private static func time(_ seconds: Double) -> String {
        seconds < 1 ? "\((seconds * 1e5).rounded() / 100) ms" : "\((seconds * 100).rounded() / 100) s"
    }
}
