import Glibc

/// How long tensors are on their way to a machine or back, learned from those that were.
struct LinkBelief: Sendable {
    /// Fewer bytes are there with the message that they come with.
    static let leastBytes = 1 << 16
    /// Seconds that a byte takes before anything was measured: a gigabit a second.
    private static let assumed = 8e-9
    /// Nothing is measured more exactly, in seconds.
    private static let leastSeconds = 1e-4
    /// No message is believed to take longer, in seconds.
    private static let longestLatency = 10.0
    /// The share of a new measurement in the latency: less of a longer one, as a busy host is late at times, and none is
    /// ever early.
    private static let learningRate = (longer: 0.1, shorter: 0.3)
    /// Seconds by which messages come late on a busy host, however near it is.
    private static let jitter = 0.02

    /// Seconds that a byte takes.
    private var pace = ChangingBelief(prior: LogBelief(mean: log(assumed), variance: Uncertainty.ofLink))
    /// The same as a number.
    private var secondsOfByte = assumed
    /// Seconds that a task takes beside its computing and its tensors.
    private var latency = 0.0

    /// Seconds that so many bytes are on their way.
    func seconds(bytes count: Int) -> Double { Double(count) * secondsOfByte }

    /// Seconds that a task with so many bytes takes beside its computing.
    func transfer(bytes count: Int) -> Double { latency + seconds(bytes: count) }

    /// Seconds that each of many rounds takes longer for its messages.
    var delay: Double { max(0, latency - Self.jitter) }

    /// Takes note of how long bytes were on their way, with the messages that they came with.
    mutating func learn(bytes count: Int, _ measurement: CostModel.Measurement) {
        let (elapsed, isComplete) = measurement.seconds
        guard elapsed.isFinite, elapsed >= 0 else { return }
        guard count >= Self.leastBytes else {
            guard isComplete else { return }
            let change = min(elapsed, Self.longestLatency) - latency
            return latency += change * (change > 0 ? Self.learningRate.longer : Self.learningRate.shorter)
        }
        let seconds = max(elapsed - latency, Self.leastSeconds)
        let surprise = log(seconds / Double(count)) - pace.now.mean
        guard isComplete || surprise > 0 else { return }
        _ = pace.learn(
            surprise, ofOthers: Uncertainty.ofMeasurement(seconds), seconds: seconds, isLeast: !isComplete)
        secondsOfByte = exp(pace.now.mean)
    }

    /// Believes half of what was measured.
    mutating func doubt() {
        pace.doubt()
        secondsOfByte = exp(pace.now.mean)
        latency /= 2
    }
}
