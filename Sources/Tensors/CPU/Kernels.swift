package import CKernels

/// The tables of C kernels that this processor can run.
package enum Kernels {
    /// Every table that this processor can run, slowest first.
    package static let supported: [ck_kernels] = {
        var count = 0
        let tables = ck_supported(&count)
        return (0..<count).map { tables[$0].pointee }
    }()

    /// The fastest table.
    package static let best: ck_kernels = supported[supported.count - 1]
}

/// What the kernels are compiled for, see `Sources/CKernels/README.md`.
public enum InstructionSet: String, Sendable, Hashable, CaseIterable {
    /// Any processor.
    case portable
    /// x86 with AVX2, FMA and F16C.
    case avx2
    /// x86 with AVX-512.
    case avx512

    /// Those that this processor can run, slowest first.
    public static var supported: [InstructionSet] { allCases.filter { $0.kernels != nil } }

    /// Its table; nil where this processor cannot run it.
    var kernels: ck_kernels? { Kernels.supported.first { String(cString: $0.name) == rawValue } }
}
