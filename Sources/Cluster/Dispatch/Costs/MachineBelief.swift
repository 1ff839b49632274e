import Glibc

/// What is believed of a machine: how fast it computes, and how far away it is.
struct MachineBelief: Sendable {
    private static let scales = 1e-6...1e6

    /// Seconds that a unit of work takes.
    private var pace: ChangingBelief
    /// The same as a number.
    private(set) var secondsOfWork: Double
    var link = LinkBelief()
    /// How many times as long as when it was introduced everything takes that was measured by itself.
    private(set) var scale = 1.0
    /// Another one whenever what was measured by itself counts no more.
    private(set) var generation = 0
    /// The farm's busy seconds when it had a task last, or was doubted.
    var activeAt: Double

    /// - Parameters:
    ///   - speed: what it says of itself, in units of work a second.
    ///   - busy: the farm's busy seconds.
    init(speed: Double, busy: Double) {
        pace = ChangingBelief(prior: LogBelief(mean: -log(speed), variance: Uncertainty.ofSpeed))
        secondsOfWork = 1 / speed
        activeAt = busy
    }

    /// The logarithm of ``secondsOfWork``.
    var logSecondsOfWork: Double { pace.now.mean }

    /// Learns from a run, see ``ChangingBelief/learn(_:ofOthers:seconds:isLeast:)``.
    mutating func learn(
        _ surprise: Double, ofOthers others: Double, seconds: Double, isLeast: Bool
    ) -> ChangingBelief.Lesson {
        let lesson = pace.learn(surprise, ofOthers: others, seconds: seconds, isLeast: isLeast)
        secondsOfWork = exp(pace.now.mean)
        if let change = lesson.change { rescale(by: exp(change)) }
        return lesson
    }

    /// All that was measured by itself takes so many times as long now.
    private mutating func rescale(by factor: Double) {
        scale *= factor
        // Who changes to and fro without end is not to bring it where there are no numbers.
        guard !Self.scales.contains(scale) else { return }
        scale = 1
        generation += 1
    }

    /// Believes half of what was measured, and half of what the machine says of itself.
    mutating func doubt(busy: Double) {
        activeAt = busy
        pace.doubt()
        secondsOfWork = exp(pace.now.mean)
        link.doubt()
        generation += 1
    }
}
