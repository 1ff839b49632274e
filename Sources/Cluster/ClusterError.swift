/// Something that keeps hosts from working together.
public struct ClusterError: Error, Sendable, Hashable, CustomStringConvertible {
    /// For code that acts on it.
    public enum Kind: Sendable, Hashable {
        /// What the user asked for cannot be.
        case configuration
        /// An address cannot be listened on or reached.
        case network
        /// The other end does not let this one in, and trying again changes nothing.
        case rejected
        /// The other end does not let this one in at present.
        case refusedForNow
        /// The other end broke the protocol or went away.
        case connection
        /// The other end ended the connection in order.
        case closed
        /// Tasks of a job failed too often.
        case tasksFailed
        /// A model's files cannot be had.
        case model
    }

    /// For code that acts on it.
    public var kind: Kind
    /// What happened.
    public var problem: String
    /// What can be done; nil where nothing can be advised.
    public var remedy: String?

    /// - Parameters:
    ///   - kind: for code that acts on it.
    ///   - problem: what happened.
    ///   - remedy: what can be done.
    public init(_ kind: Kind, _ problem: String, remedy: String? = nil) {
        self.kind = kind
        self.problem = problem
        self.remedy = remedy
    }

    /// What happened and what can be done.
    public var description: String { remedy.map { "\(problem); \($0)" } ?? problem }
}
