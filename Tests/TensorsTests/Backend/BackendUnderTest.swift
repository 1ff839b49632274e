import CKernels
import Tensors
import Testing

/// A backend that every operation is tested on. A new backend adds itself to the list.
struct BackendUnderTest: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// Makes the backend with a number of threads.
    let make: @Sendable (_ threads: Int) -> any ComputeBackend

    static let all = Kernels.supported.map { kernels in
        BackendUnderTest(testDescription: "CPU, \(String(cString: kernels.name))") { threads in
            CPUBackend(threads: threads, kernels: kernels)
        }
    }
}
