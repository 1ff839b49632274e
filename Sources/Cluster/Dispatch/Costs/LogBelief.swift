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
