/// How long ended jobs and their pictures are kept; the longest ended go first.
public struct RetentionPolicy: Sendable, Hashable {
    /// The most of them.
    public var mostJobs: Int
    /// How many days after their end; nil for as long as there is room.
    public var days: Double?
    /// The most bytes of pictures; nil for no limit.
    public var mostBytes: Int?

    /// - Parameters:
    ///   - mostJobs: the most of them.
    ///   - days: how many days after their end.
    ///   - mostBytes: the most bytes of pictures.
    public init(mostJobs: Int = 20_000, days: Double? = nil, mostBytes: Int? = nil) {
        self.mostJobs = max(0, mostJobs)
        self.days = days
        self.mostBytes = mostBytes
    }
}
