/// A moment on the coordinator's monotonic clock, counted from its start. Jumps of the wall clock do not reach it.
package struct MonotonicInstant: InstantProtocol {
    /// Since the start of the clock.
    package var nanoseconds: Int64

    /// The start of the clock.
    package static let zero = MonotonicInstant(nanoseconds: 0)

    /// - Parameter nanoseconds: since the start of the clock.
    package init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    /// - Parameter seconds: since the start of the clock; what no instant can hold is the nearest that it can.
    package init(seconds: Double) { self = MonotonicInstant.zero + seconds }

    package func advanced(by duration: Duration) -> MonotonicInstant { self + duration.inSeconds }

    package func duration(to other: MonotonicInstant) -> Duration {
        .nanoseconds(other.nanoseconds.subtractingReportingOverflow(nanoseconds).partialValue)
    }

    package static func < (left: MonotonicInstant, right: MonotonicInstant) -> Bool {
        left.nanoseconds < right.nanoseconds
    }

    /// So many seconds later, at the end of time where that is past it.
    static func + (instant: MonotonicInstant, seconds: Double) -> MonotonicInstant {
        // Far below 2^63 nanoseconds, so that later sums cannot overflow either: 146 years.
        let limit = 4.6e18
        let sum = Double(instant.nanoseconds) + seconds * 1e9
        guard abs(sum) < limit else { return MonotonicInstant(nanoseconds: sum < 0 ? 0 : Int64(limit)) }
        return MonotonicInstant(nanoseconds: instant.nanoseconds &+ Int64((seconds * 1e9).rounded()))
    }

    /// Seconds from the right instant to the left.
    static func - (left: MonotonicInstant, right: MonotonicInstant) -> Double {
        Double(left.nanoseconds &- right.nanoseconds) * 1e-9
    }
}

extension Duration {
    /// As a number of seconds.
    var inSeconds: Double {
        let (seconds, attoseconds) = components
        return Double(seconds) + Double(attoseconds) * 1e-18
    }
}
