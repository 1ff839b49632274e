import CKernels

extension CPUBackend {
    /// Multiplications and additions a second of every thread doing nothing but multiply-adds in registers.
    package func multiplyAddRate() -> Double {
        let rounds = 4 << 20
        let kernels = kernels
        let start = ContinuousClock.now
        pool.forEach(threadCount) { _ in _ = kernels.multiply_add_chain(rounds) }
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        return Double(threadCount) * kernels.multiply_add_chain_operations * Double(rounds) / seconds
    }
}
