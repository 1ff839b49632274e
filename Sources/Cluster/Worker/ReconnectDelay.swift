/// How long a worker waits before it dials again: twice as long each time, with jitter, so that a coordinator that comes
/// back is not met by all its workers at once.
struct ReconnectDelay {
    static let shortest = Duration.milliseconds(200)
    static let longest = Duration.seconds(15)
    /// A connection that lasted so long starts anew.
    static let stable = Duration.seconds(10)

    private var limit = shortest

    /// The next delay: between half of the limit and the limit.
    mutating func next(using generator: inout some RandomNumberGenerator) -> Duration {
        defer { limit = min(limit * 2, Self.longest) }
        return limit * Double.random(in: 0.5...1, using: &generator)
    }

    /// A connection lasted.
    mutating func reset() { limit = Self.shortest }
}
