import RenderPipeline
package import Tensors

/// What timing one case gave.
package struct BenchmarkResult: Sendable, Encodable {
    /// See ``BenchmarkCase/operation``.
    package var operation: String
    /// See ``BenchmarkCase/sizes``.
    package var sizes: [String: Int]
    /// See ``BenchmarkCase/method``.
    package var method: String?
    /// The median of the runs, in seconds.
    package var seconds: Double
    /// The shortest of them.
    package var shortest: Double
    /// The processor time of all threads, the median of the runs.
    package var processorSeconds: Double
    /// Runs that were counted.
    package var runs: Int
    /// Multiplications and additions a second; nil where memory is what counts.
    package var operationsPerSecond: Double?
    /// Bytes a second that are read and written; nil where arithmetic is what counts.
    package var bytesPerSecond: Double?
    /// Either of the two as a share of what the host reaches at most.
    package var shareOfPeak: Double
    /// Bytes of tensors at the highest point of a run, beside its inputs.
    package var workingBytes: Int

    /// Times a case: once without counting it, then several times.
    ///
    /// - Parameters:
    ///   - benchmark: what is timed.
    ///   - backend: where it is computed.
    ///   - peak: what the host reaches at most.
    ///   - runs: how often at least; short ones are run for a quarter of a second.
    package init(_ benchmark: BenchmarkCase, on backend: CPUBackend, peak: HostPeak, runs: Int) {
        let body = benchmark.prepare(backend)
        let inputs = TensorMemory.bytes
        TensorMemory.resetPeak()
        body()
        let highest = TensorMemory.peakBytes
        var times: [Double] = []
        var processorTimes: [Double] = []
        let start = ContinuousClock.now
        repeat {
            let processor = HostUsage.processorSeconds
            let begin = ContinuousClock.now
            body()
            times.append((ContinuousClock.now - begin) / .seconds(1))
            processorTimes.append(HostUsage.processorSeconds - processor)
        } while times.count < runs || (ContinuousClock.now - start < .milliseconds(250) && times.count < 1000)
        let median = max(Self.median(times), 1e-9)
        operation = benchmark.operation
        sizes = Dictionary(benchmark.sizes.map { ($0.name, $0.value) }) { first, _ in first }
        method = benchmark.method(backend)?.rawValue
        seconds = median
        shortest = times.min() ?? median
        processorSeconds = Self.median(processorTimes)
        self.runs = times.count
        operationsPerSecond = benchmark.operations > 0 ? benchmark.operations / median : nil
        bytesPerSecond = benchmark.bytes > 0 ? benchmark.bytes / median : nil
        shareOfPeak =
            operationsPerSecond.map { $0 / peak.operationsPerSecond }
            ?? bytesPerSecond.map { $0 / peak.bytesPerSecond } ?? 0
        workingBytes = highest - inputs
    }

    private static func median(_ times: [Double]) -> Double { times.sorted()[times.count / 2] }
}
