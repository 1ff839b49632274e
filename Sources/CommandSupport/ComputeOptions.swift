package import ArgumentParser
import RenderPipeline
package import Tensors

/// What it is computed on.
package struct ComputeOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("Threads that compute; never changes the picture.", valueName: "N"))
    package var threads: Int?

    package init() {}

    package func validate() throws {
        if let threads, !(1...1024).contains(threads) {
            throw ValidationError("--threads: \(threads) is out of range; use 1 to 1024")
        }
    }

    /// The number of threads.
    package var threadCount: Int { threads ?? HostUsage.processorCount }

    /// The processor of this host.
    package func makeBackend() -> CPUBackend { CPUBackend(threads: threadCount) }
}
