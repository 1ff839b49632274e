package import CKernels

/// The operations on this host's processor.
///
/// Every element of a result is summed up in an order that follows from the shapes of its layer and its batch item alone,
/// so the bits depend neither on the number of threads nor on the batch, nor on how work is cut into pieces.
public final class CPUBackend: ComputeBackend {
    /// How linear layers are computed.
    public enum Precision: String, Sendable, Hashable, CaseIterable {
        /// In binary32.
        case exact
        /// In 16-bit fixed point, with a scale for every 64 elements: activations in 14 bits, weights in 13. The error
        /// is that of rounding weights to binary16, 2·10⁻⁴ of a result's magnitude. Two bytes are taken for each weight
        /// from a layer's first use on.
        case fixed16
    }

    let pool: ThreadPool
    let kernels: ck_kernels
    /// What convolutions are computed by, where it can; nil for what is faster for the shape of each.
    public let convolutions: ConvolutionMethod?
    /// How linear layers are computed.
    public let precision: Precision

    /// - Parameters:
    ///   - threads: how many threads compute, at least one.
    ///   - precision: how linear layers are computed.
    ///   - instructions: what the processor is to be used for; nil for the fastest that it can run.
    ///   - convolutions: what convolutions are computed by, where it can; nil for what is faster for each.
    /// - Precondition: the processor can run `instructions`, see ``InstructionSet/supported``.
    public convenience init(
        threads: Int, precision: Precision = .exact, instructions: InstructionSet? = nil,
        convolutions: ConvolutionMethod? = nil
    ) {
        let kernels = instructions.map { $0.kernels } ?? Kernels.best
        guard let kernels else { preconditionFailure("this processor cannot run all of \(InstructionSet.allCases)") }
        self.init(threads: threads, kernels: kernels, precision: precision, convolutions: convolutions)
    }

    /// A backend on a given table of kernels.
    package init(
        threads: Int, kernels: ck_kernels, precision: Precision = .exact, convolutions: ConvolutionMethod? = nil
    ) {
        self.precision = precision
        pool = ThreadPool(threadCount: max(1, threads))
        self.kernels = kernels
        self.convolutions = convolutions
    }

    /// How many threads compute.
    public var threadCount: Int { pool.threadCount }

    /// Grows with every piece of work that is done: one that stands still computes nothing.
    public var progress: UInt64 { pool.progress }

    /// The name of the kernels, which is that of the instruction set they are compiled for.
    public var kernelsName: String { String(cString: kernels.name) }

    /// What the kernels compute, the precision, and the method of convolutions where it does not follow from their
    /// shapes. Kernels of several instruction sets can name the same: their sums have the same order.
    public var numericsClass: String {
        var parts = ["cpu", String(cString: kernels.numerics)]
        if precision != .exact { parts.append(precision.rawValue) }
        if let convolutions { parts.append(convolutions.rawValue) }
        return parts.joined(separator: "/")
    }

    /// See ``ComputeBackend/workingSet``. Most processors have 1 or 2 MiB of cache for each core alone.
    public var workingSet: Int { threadCount << 20 }

    /// Elements one thread should handle at a time in element-by-element work: large enough to hide the cost of
    /// claiming, small enough to share out.
    static let grain = 1 << 16

    /// Calls `body` with consecutive ranges that cover `count`, each a multiple of `unit` long.
    func forEachRange(_ count: Int, unit: Int = 1, _ body: (Range<Int>) -> Void) {
        let step = max(1, Self.grain / unit) * unit
        pool.forEach((count + step - 1) / step) { index in
            body(index * step..<min(count, (index + 1) * step))
        }
    }
}

extension Activation {
    var kernel: ck_activation {
        switch self {
        case .none: CK_NONE
        case .silu: CK_SILU
        case .gelu: CK_GELU
        case .quickGELU: CK_QUICK_GELU
        }
    }
}
