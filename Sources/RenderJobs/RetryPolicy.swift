/// How often a job is tried.
public struct RetryPolicy: Sendable, Hashable {
    /// How often a job is tried again after it failed for a reason that may pass.
    public var mostRetries: Int
    /// How long it waits before the first further try; twice as long each time, up to an hour.
    public var delay: Duration
    /// How often the program may end unexpectedly while a job is rendered, without progress in between, before it is
    /// taken for the reason.
    public var mostInterruptions: Int

    /// - Parameters:
    ///   - mostRetries: how often a job is tried again.
    ///   - delay: how long it waits before the first further try.
    ///   - mostInterruptions: how often the program may end unexpectedly while a job is rendered.
    public init(mostRetries: Int = 3, delay: Duration = .seconds(5), mostInterruptions: Int = 3) {
        self.mostRetries = max(0, mostRetries)
        self.delay = delay
        self.mostInterruptions = max(1, mostInterruptions)
    }

    /// What the further tries of a job wait at most.
    static let longestDelay = Duration.seconds(3600)

    /// How long a job waits that has failed so often before; nil when it is given up.
    package func delay(afterFailures failures: Int) -> Duration? {
        guard failures < mostRetries else { return nil }
        return min(delay * (1 << min(failures, 20)), Self.longestDelay)
    }
}
