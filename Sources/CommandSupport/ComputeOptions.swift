public import ArgumentParser
import RenderPipeline
public import Tensors

/// How many threads compute.
package struct ThreadOptions: ParsableArguments {
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

    /// The processor of this host, in exact precision.
    package func makeBackend() -> CPUBackend { CPUBackend(threads: threadCount) }
}

/// What it is computed on, and how exactly.
package struct ComputeOptions: ParsableArguments {
    @OptionGroup package var threading: ThreadOptions

    @Option(
        help: ArgumentHelp(
            "How linear layers are computed: exact, in 32-bit floating point; or fixed16, in 16-bit fixed point, which is "
                + "faster and as far from exact as rounding the weights to half precision. Hosts of one farm need the "
                + "same.", valueName: "PRECISION"))
    package var precision: CPUBackend.Precision = .exact

    package init() {}

    /// The number of threads.
    package var threadCount: Int { threading.threadCount }

    /// The processor of this host.
    package func makeBackend() -> CPUBackend { CPUBackend(threads: threadCount, precision: precision) }
}

extension CPUBackend.Precision: ExpressibleByArgument {}
