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
