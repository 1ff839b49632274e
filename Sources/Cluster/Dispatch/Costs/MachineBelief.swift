import Glibc

/// What is believed of a machine: how fast it computes, and how far away it is.
struct MachineBelief: Sendable {
    /// Surprises above so many standard deviations are odd.
    private static let oddity = 4.0

    /// The logarithm of what it said of itself.
    private let declared: Double
    /// Units of work a second.
    private(set) var speed: LogBelief
    /// Seconds that a unit of work takes.
    private(set) var slowness: Double
    var link = LinkBelief()
    /// The sign of the last surprise where that was odd; otherwise zero.
    private var oddSign = 0.0
    /// The farm's busy seconds when it was measured last, or doubted.
    var measuredAt: Double

    /// - Parameters:
    ///   - speed: what it says of itself.
    ///   - busy: the farm's busy seconds.
    init(speed: Double, busy: Double) {
        declared = log(speed)
        self.speed = LogBelief(mean: declared, variance: Uncertainty.ofSpeed)
        slowness = 1 / speed
        measuredAt = busy
    }

    /// What there is to learn from a run for the other factors that explain it.
    struct Lesson {
        /// As much of the surprise as counts.
        var surprise: Double
        /// Of the measurement and all that explains it.
        var variance: Double
        /// How many times as slow the machine is all of a sudden; nil where it is not.
        var change: Double?
    }

    /// Learns from a run.
    ///
    /// One that is odd counts as far as it could be believed. Two in a row are no chance: then it is the machine that has
    /// become slower, or faster.
    ///
    /// - Parameters:
    ///   - surprise: the logarithm of the time it took over the predicted one.
    ///   - others: variance of the measurement, and of what explains it beside the machine's speed.
    ///   - seconds: the time it took.
    /// - Returns: what the others learn from it.
    mutating func learn(_ surprise: Double, ofOthers others: Double, seconds: Double) -> Lesson {
        let drifted = min(speed.variance + Uncertainty.drift * seconds, max(speed.variance, Uncertainty.ofSpeed))
        speed.variance = drifted
        let limit = Self.oddity * (drifted + others).squareRoot()
        let isOdd = abs(surprise) > limit
        let hasChanged = isOdd && oddSign * surprise > 0
        var counted = surprise
        if hasChanged {
            speed.variance += surprise * surprise
        } else if isOdd {
            counted = min(max(surprise, -limit), limit)
        }
        oddSign = !isOdd || hasChanged ? 0 : surprise < 0 ? -1 : 1
        let (before, variance) = (speed.mean, speed.variance + others)
        correct { $0.learn(-counted, of: variance) }
        return Lesson(
            surprise: counted, variance: variance, change: hasChanged ? exp(before - speed.mean) : nil)
    }

    /// Believes half of what was measured, and half of what the machine says of itself.
    mutating func doubt(busy: Double) {
        measuredAt = busy
        let declared = declared
        correct { speed in
            speed.mean = (speed.mean + declared) / 2
            speed.variance = max(speed.variance, Uncertainty.ofSpeed)
        }
        link.doubt()
    }

    private mutating func correct(_ change: (inout LogBelief) -> Void) {
        change(&speed)
        slowness = exp(-speed.mean)
    }
}
