package import Tensors

/// What something was computed with, for reports that programs read.
package struct ComputeReport: Sendable, Encodable {
    /// See ``CPUBackend/kernelsName``.
    package var kernels: String
    /// Results are compared bit for bit only where this is the same.
    package var numericsClass: String
    /// How linear layers were computed.
    package var precision: String
    /// How convolutions were computed; `auto` where it follows from the shape of each.
    package var convolutions: String
    /// How many threads computed.
    package var threads: Int

    package init(_ backend: CPUBackend) {
        kernels = backend.kernelsName
        numericsClass = backend.numericsClass
        precision = backend.precision.rawValue
        convolutions = backend.convolutions?.rawValue ?? "auto"
        threads = backend.threadCount
    }
}
