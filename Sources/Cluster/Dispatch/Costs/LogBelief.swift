/// What is believed of a positive quantity that is a factor of what is measured: its natural logarithm's mean, and how
/// uncertain that is.
///
/// Several of them explain a measurement together. Each takes its part of the surprise in proportion to how uncertain it
/// is, and is less uncertain after it: a Kalman filter whose states are taken as independent.
struct LogBelief: Sendable {
    var mean: Double
    var variance: Double

    /// - Parameters:
    ///   - surprise: logarithm of what was measured over what was believed, with the sign in which this factor counts.
    ///   - total: variance of all that explains the measurement, and of the measurement itself.
    mutating func learn(_ surprise: Double, of total: Double) {
        let gain = variance / total
        mean += gain * surprise
        variance *= 1 - gain
    }
}

/// What is believed of a quantity that may change, suddenly or by and by.
struct ChangingBelief: Sendable {
    /// Surprises above so many standard deviations are odd.
    private static let oddity = 4.0
    /// The mean and the variance of the upper half of a normal distribution, of deviation 1.
    private static let excess = 0.8
    private static let leftOfVariance = 0.36

    /// What is believed before anything was measured.
    private let prior: LogBelief
    private(set) var now: LogBelief
    /// The sign of the last surprise where that was odd; otherwise zero.
    private var oddSign = 0.0

    init(prior: LogBelief) {
        self.prior = prior
        now = prior
    }

    /// What there is to learn from a measurement for the other factors that explain it.
    struct Lesson {
        /// As much of the surprise as counts.
        var surprise: Double
        /// Of the measurement and all that explains it.
        var variance: Double
        /// By how much the logarithm changed all of a sudden; nil where it did not.
        var change: Double?
    }

    /// Learns from a measurement.
    ///
    /// One that is odd counts as far as it could be believed. Two in a row are no chance: then it has changed.
    ///
    /// - Parameters:
    ///   - surprise: logarithm of what was measured over what was believed.
    ///   - others: variance of the measurement, and of what explains it beside this.
    ///   - seconds: how long what was measured took, in which it may have changed by and by.
    ///   - isLeast: whether it was at least so much: the less is known, the more of it is to be expected.
    /// - Returns: what the others learn from it.
    mutating func learn(
        _ surprise: Double, ofOthers others: Double, seconds: Double, isLeast: Bool = false
    ) -> Lesson {
        now.variance = min(now.variance + Uncertainty.drift * seconds, max(now.variance, prior.variance))
        let limit = Self.oddity * (now.variance + others).squareRoot()
        let isOdd = abs(surprise) > limit
        let hasChanged = isOdd && oddSign * surprise > 0
        var counted = isOdd && !hasChanged ? min(max(surprise, -limit), limit) : surprise
        if isLeast { counted += Self.excess * (now.variance + others).squareRoot() }
        if hasChanged { now.variance += surprise * surprise }
        oddSign = !isOdd || hasChanged ? 0 : surprise < 0 ? -1 : 1
        let (before, variance) = (now.mean, now.variance + others)
        let left = isLeast ? Self.leftOfVariance * now.variance : 0
        now.learn(counted, of: variance)
        now.variance = max(now.variance, left)
        return Lesson(surprise: counted, variance: variance, change: hasChanged ? now.mean - before : nil)
    }

    /// Believes half of what was measured.
    mutating func doubt() {
        now.mean = (now.mean + prior.mean) / 2
        now.variance = max(now.variance, prior.variance)
    }
}
