import ArgumentParser
import RenderPipeline
import Tensors

/// What it is computed on.
struct ComputeOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("Threads that compute; never changes the picture.", valueName: "N"))
    var threads: Int?

    func validate() throws {
        if let threads, !(1...1024).contains(threads) {
            throw ValidationError("--threads: \(threads) is out of range; use 1 to 1024")
        }
    }

    /// The number of threads.
    var threadCount: Int { threads ?? HostUsage.processorCount }

    /// The processor of this host.
    func makeBackend() -> CPUBackend { CPUBackend(threads: threadCount) }
}
