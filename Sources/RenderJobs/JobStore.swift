/// Where jobs are kept. A store that survives the program goes on with what an earlier run has left.
public protocol JobStore: Sendable {
    /// Takes in a job, queued.
    ///
    /// - Parameter submission: what is asked for.
    /// - Returns: the job with its number.
    /// - Throws: ``JobError/queueFull(limit:)``, ``JobError/quotaExceeded(owner:limit:)``, ``JobError/diskFull``, and
    ///   what the store's own work throws.
    func add(_ submission: JobSubmission) async throws -> RenderJob

    /// A job by its number; nil when there is none, or none any more.
    func job(_ id: RenderJob.ID) async throws -> RenderJob?

    /// Jobs, the latest first.
    func jobs(_ selection: JobSelection) async throws -> [RenderJob]

    /// How many jobs there are in each state; ended ones as far as they are kept.
    func counts() async throws -> [JobState.Name: Int]

    /// Takes the job whose turn it is out of the queue: of the owner with the fewest running jobs — of equals the one
    /// who waited longest — that of the highest priority, of equals the oldest. Those that
    /// are to be tried again later are left out until then.
    ///
    /// - Returns: the job, running; nil when none waits.
    func claim() async throws -> RenderJob?

    /// Lets something happen to a job, as ``RenderJob/apply(_:at:)`` allows it.
    ///
    /// - Returns: the job after it.
    /// - Throws: ``JobError/unknown(_:)``, ``JobError/impossible(_:_:_:)``, what ``add(_:)`` throws for a job that is
    ///   retried, and what the store's own work throws.
    @discardableResult
    func apply(_ change: JobChange, to id: RenderJob.ID) async throws -> RenderJob

    /// The program is about to end in an orderly way: what is running then has not been the reason.
    func willEnd() async
}

extension JobStore {
    /// Nothing is left to remember it.
    public func willEnd() async {}
}

/// Which jobs are asked for.
public struct JobSelection: Sendable, Hashable {
    /// What ``limit`` can be.
    public static let limits = 1...1000

    /// Only those of this owner; nil for all.
    public var owner: String?
    /// Only those in this state; nil for all.
    public var state: JobState.Name?
    /// Only those before this one, to read page by page.
    public var before: RenderJob.ID?
    /// So many at most.
    public var limit: Int

    /// - Parameters:
    ///   - owner: only those of this owner.
    ///   - state: only those in this state.
    ///   - before: only those before this one.
    ///   - limit: so many at most, within ``limits``.
    public init(
        owner: String? = nil, state: JobState.Name? = nil, before: RenderJob.ID? = nil, limit: Int = 100
    ) {
        self.owner = owner
        self.state = state
        self.before = before
        self.limit = min(max(limit, Self.limits.lowerBound), Self.limits.upperBound)
    }
}
