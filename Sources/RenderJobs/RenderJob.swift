public import FoundationEssentials
public import RenderPipeline
public import Telemetry

/// A picture that somebody asked for, from its submission to its end.
public struct RenderJob: Sendable, Hashable, Identifiable {
    /// What a job is called: 1 and up, never used twice.
    public struct ID: Sendable, Hashable, Comparable, CustomStringConvertible {
        /// The number itself.
        public let number: UInt64

        /// - Parameter number: 1 and up.
        public init(_ number: UInt64) { self.number = number }

        /// The earlier one is the smaller one.
        public static func < (one: ID, other: ID) -> Bool { one.number < other.number }

        /// The number in decimal.
        public var description: String { "\(number)" }
    }

    /// What it is called.
    public let id: ID
    /// Whose it is; those who share the farm get equal parts of it.
    public let owner: String
    /// Among the owner's jobs, the higher first.
    public let priority: Int
    /// What is to be rendered.
    public let request: RenderRequest
    /// What its lines in the logs of all hosts have in common; nil where nobody asked for one.
    public let trace: TraceID?
    /// When it was taken in.
    public let submitted: Date
    /// How far it has come.
    public internal(set) var state: JobState
    /// How often its rendering has failed for a reason that may pass.
    public internal(set) var failures = 0
    /// How often the program has ended unexpectedly while it was rendered, without any progress in between.
    public internal(set) var interruptions = 0
    /// When it is tried again; nil for as soon as it is its turn.
    public internal(set) var notBefore: Date?

    /// - Parameters:
    ///   - id: what it is called.
    ///   - submission: what was asked for.
    ///   - submitted: when it was taken in.
    public init(id: ID, _ submission: JobSubmission, submitted: Date) {
        self.id = id
        owner = submission.owner
        priority = submission.priority
        request = submission.request
        trace = submission.trace
        self.submitted = submitted
        state = .queued
    }

    /// A job as it was kept.
    package init(
        id: ID, _ submission: JobSubmission, submitted: Date, state: JobState, failures: Int, interruptions: Int,
        notBefore: Date?
    ) {
        self.init(id: id, submission, submitted: submitted)
        self.state = state
        self.failures = failures
        self.interruptions = interruptions
        self.notBefore = notBefore
    }
}

/// What somebody asks for.
public struct JobSubmission: Sendable, Hashable {
    /// The longest name of an owner, in bytes of UTF-8.
    public static let longestOwner = 64
    /// What a priority can be.
    public static let priorities = -100...100

    /// Whose it is.
    public var owner: String
    /// Among the owner's jobs, the higher first.
    public var priority: Int
    /// What is to be rendered.
    public var request: RenderRequest
    /// What its lines in the logs of all hosts are to have in common.
    public var trace: TraceID?

    /// - Parameters:
    ///   - request: what is to be rendered.
    ///   - owner: whose it is.
    ///   - priority: among the owner's jobs, the higher first.
    ///   - trace: what its lines in the logs of all hosts are to have in common.
    /// - Throws: ``RequestError`` for an owner or a priority that cannot be.
    public init(
        _ request: RenderRequest, owner: String = "anonymous", priority: Int = 0, trace: TraceID? = nil
    ) throws(RequestError) {
        guard (1...Self.longestOwner).contains(owner.utf8.count), owner.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7f })
        else {
            throw RequestError(
                option: "owner", problem: "it has to be 1 to \(Self.longestOwner) bytes without white space",
                remedy: "use a short name")
        }
        guard Self.priorities.contains(priority) else {
            throw RequestError(
                option: "priority", problem: "\(priority) is out of range",
                remedy: "use \(Self.priorities.lowerBound) to \(Self.priorities.upperBound)")
        }
        self.owner = owner
        self.priority = priority
        self.request = request
        self.trace = trace
    }
}
