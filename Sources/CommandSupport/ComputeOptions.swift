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

    @Option(
        help: ArgumentHelp(
            "The instructions that kernels use: auto, the fastest that the processor has; portable, avx2 or avx512. For "
                + "finding faults: avx2 and avx512 give the same bits, portable does not.", valueName: "SET"))
    package var kernels: Choice<InstructionSet> = .auto

    @Option(
        help: ArgumentHelp(
            "How 3x3 convolutions are computed: auto, by what is faster for the shape of each; windows or winograd, by "
                + "this wherever it can be. For finding faults: another choice gives other bits, and hosts of one farm "
                + "need the same.", valueName: "METHOD"))
    package var convolutions: Choice<ConvolutionMethod> = .auto

    package init() {}

    package func validate() throws {
        guard case .some(let set) = kernels, !InstructionSet.supported.contains(set) else { return }
        let supported = InstructionSet.supported.map(\.rawValue).joined(separator: ", ")
        throw ValidationError("--kernels: this processor cannot run \(set.rawValue); it can run \(supported)")
    }

    /// The number of threads.
    package var threadCount: Int { threading.threadCount }

    /// The processor of this host.
    package func makeBackend() -> CPUBackend {
        CPUBackend(
            threads: threadCount, precision: precision, instructions: kernels.value, convolutions: convolutions.value)
    }
}

/// A value that can be left to the program.
package enum Choice<Value: RawRepresentable & CaseIterable & Sendable>: Sendable where Value.RawValue == String {
    /// What is best.
    case auto
    case some(Value)

    /// What was asked for; nil for ``auto``.
    package var value: Value? {
        if case .some(let value) = self { value } else { nil }
    }
}

extension Choice: ExpressibleByArgument {
    package init?(argument: String) {
        if argument == "auto" {
            self = .auto
        } else if let value = Value(rawValue: argument) {
            self = .some(value)
        } else {
            return nil
        }
    }

    package var defaultValueDescription: String { value?.rawValue ?? "auto" }

    package static var allValueStrings: [String] { ["auto"] + Value.allCases.map(\.rawValue) }
}

extension CPUBackend.Precision: ExpressibleByArgument {}
