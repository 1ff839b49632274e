import Synchronization

/// Counts what happens. Every combination of labels takes memory for good, so that labels come from this program alone,
/// never from whoever asks.
public final class MetricRegistry: Sendable {
    private struct Histogram {
        /// How many values were in each bucket, and in none.
        var counts = [Int](repeating: 0, count: MetricRegistry.bounds.count + 1)
        var sum = 0.0
    }

    private struct State {
        var counters: [MetricDefinition: [[String: String]: Double]] = [:]
        var histograms: [MetricDefinition: [[String: String]: Histogram]] = [:]
    }

    /// The upper ends of a histogram's buckets, in seconds.
    static let bounds = [0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10, 60, 300, 1800]

    private let state = Mutex(State())

    /// Nothing has happened yet.
    public init() {}

    /// Adds to a counter.
    ///
    /// - Parameters:
    ///   - definition: which.
    ///   - labels: what tells it from the others.
    ///   - amount: how much, 0 or more.
    public func increment(_ definition: MetricDefinition, _ labels: [String: String] = [:], by amount: Double = 1) {
        state.withLock { $0.counters[definition, default: [:]][labels, default: 0] += amount }
    }

    /// Takes a value into a histogram.
    ///
    /// - Parameters:
    ///   - definition: which.
    ///   - value: in seconds.
    ///   - labels: what tells it from the others.
    public func observe(_ definition: MetricDefinition, _ value: Double, _ labels: [String: String] = [:]) {
        let bucket = Self.bounds.firstIndex { value <= $0 } ?? Self.bounds.count
        state.withLock {
            $0.histograms[definition, default: [:]][labels, default: Histogram()].counts[bucket] += 1
            $0.histograms[definition, default: [:]][labels, default: Histogram()].sum += value
        }
    }

    /// All there is at this moment, by name.
    public var families: [MetricFamily] {
        let state = state.withLock { $0 }
        let counters = state.counters.map { definition, values in
            MetricFamily(definition, values.map { MetricFamily.Sample($0.value, $0.key) })
        }
        let histograms = state.histograms.map { definition, values in
            MetricFamily(definition, values.flatMap { Self.samples($0.value, $0.key) })
        }
        return (counters + histograms).sorted { $0.definition.name < $1.definition.name }
    }

    private static func samples(_ histogram: Histogram, _ labels: [String: String]) -> [MetricFamily.Sample] {
        var samples: [MetricFamily.Sample] = []
        var count = 0
        for (bound, inBucket) in zip(bounds.map { "\($0)" } + ["+Inf"], histogram.counts) {
            count += inBucket
            let all = labels.merging(["le": bound]) { $1 }
            samples.append(MetricFamily.Sample(Double(count), all, suffix: "_bucket"))
        }
        samples.append(MetricFamily.Sample(histogram.sum, labels, suffix: "_sum"))
        samples.append(MetricFamily.Sample(Double(count), labels, suffix: "_count"))
        return samples
    }
}
