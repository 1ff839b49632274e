package import Tensors

/// The most that this host reaches with so many threads, measured: what everything else is a share of.
package struct HostPeak: Sendable, Encodable {
    /// Multiplications and additions a second of nothing but fused multiply-adds in registers.
    package var operationsPerSecond: Double
    /// Bytes a second that are read and written in adding two large tensors.
    package var bytesPerSecond: Double

    /// Measures both, the best of several runs.
    package init(of backend: CPUBackend) {
        operationsPerSecond = (0..<5).map { _ in backend.multiplyAddRate() }.max() ?? 1
        // 64 MiB each: beyond every cache.
        let (x, y) = (Tensor(shape: [16 << 20], repeating: 1), Tensor(shape: [16 << 20], repeating: 2))
        var sum = y
        bytesPerSecond =
            (0..<5).map { _ in
                let start = ContinuousClock.now
                sum = backend.add(x, consume sum)
                return 3 * Double(x.byteCount) / ((ContinuousClock.now - start) / .seconds(1))
            }.max() ?? 1
    }
}
