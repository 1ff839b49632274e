package import CKernels
import COpenBLAS

/// The operations on this host's processor: our own kernels, and OpenBLAS for matrix products.
///
/// Work is cut into pieces whose shapes depend on one batch item's shape alone, and every OpenBLAS call runs on one
/// thread: its sums are ordered by the shape of the call (and by the number of threads, when it has
/// several), so nothing else keeps the bits independent of threads and batch.
public final class CPUBackend: ComputeBackend {
    let pool: ThreadPool
    let kernels: ck_kernels
    /// What convolutions are computed by, where it can; nil for what is faster.
    let convolutionMethod: ConvolutionMethod?

    /// - Parameter threads: how many threads compute, at least one.
    public convenience init(threads: Int) { self.init(threads: threads, kernels: Kernels.best) }

    /// A backend on a given table of kernels, and one whose convolutions are all computed by one method where it can;
    /// for comparing them.
    package init(threads: Int, kernels: ck_kernels, convolutions: ConvolutionMethod? = nil) {
        openblas_set_num_threads(1)
        pool = ThreadPool(threadCount: max(1, threads))
        self.kernels = kernels
        convolutionMethod = convolutions
    }

    /// How many threads compute.
    public var threadCount: Int { pool.threadCount }

    /// Grows with every piece of work that is done: one that stands still computes nothing.
    public var progress: UInt64 { pool.progress }

    /// The kernels' instruction set and OpenBLAS' version and core type: both change bits.
    public var numericsClass: String {
        let core = String(cString: openblas_get_corename())
        let version = String(cString: openblas_get_config()).split(separator: " ").prefix(2).joined(separator: "-")
        return "cpu/\(String(cString: kernels.name))/\(version)/\(core)"
    }

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
