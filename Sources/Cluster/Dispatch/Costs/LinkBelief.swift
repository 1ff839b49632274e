/// How long tensors are on their way to a machine or back, learned from those that were.
struct LinkBelief: Sendable {
    /// Seconds that a byte takes before anything was measured: a gigabit a second.
    private static let assumed = 8e-9
    /// What is assumed counts as much as so many bytes that were measured.
    private static let assumedBytes = Double(1 << 16)
    /// What was measured before so many bytes counts half.
    private static let memory = Double(16 << 20)
    /// Fewer bytes are there with the message that they come with.
    static let leastBytes = 1 << 16
    /// No message is believed to take longer, in seconds.
    private static let longestLatency = 10.0
    /// The share of a new measurement in the latency.
    private static let learningRate = 0.3

    private var bytes = 0.0
    private var seconds = 0.0
    /// Seconds that a task takes beside its computing and its tensors.
    private var latency = 0.0

    /// Seconds that so many bytes are on their way.
    func seconds(bytes count: Int) -> Double {
        Double(count) * (seconds + Self.assumed * Self.assumedBytes) / (bytes + Self.assumedBytes)
    }

    /// Seconds that a task with so many bytes takes beside its computing.
    func transfer(bytes count: Int) -> Double { latency + seconds(bytes: count) }

    /// Takes note of bytes that were on their way for so long, messages among it.
    mutating func learn(bytes count: Int, seconds elapsed: Double) {
        guard elapsed.isFinite, elapsed >= 0 else { return }
        guard count >= Self.leastBytes else {
            latency += Self.learningRate * (min(elapsed, Self.longestLatency) - latency)
            return
        }
        let kept = Self.memory / (Self.memory + Double(count))
        bytes = bytes * kept + Double(count)
        seconds = seconds * kept + max(0, elapsed - latency)
    }

    /// Takes note of bytes that are not there after so long.
    mutating func learn(bytes count: Int, atLeast elapsed: Double) {
        guard count >= Self.leastBytes, elapsed.isFinite else { return }
        // What was measured before says nothing against it.
        seconds = max(seconds, (elapsed - latency) * (bytes + Self.assumedBytes) / Double(count))
    }

    /// Believes half of what was measured.
    mutating func doubt() {
        bytes /= 2
        seconds /= 2
        latency /= 2
    }
}
