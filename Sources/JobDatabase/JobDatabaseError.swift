/// A data folder or its database that cannot be used: which, why, and what to do instead.
public struct JobDatabaseError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Why, for a program.
    public enum Reason: Sendable, Hashable {
        /// Another program works with the folder.
        case locked
        /// The file is no database, or one of another program.
        case foreign
        /// A newer version of this program has written it.
        case newer
        /// It is not as it was written.
        case damaged
        /// The system refuses; an `errno`, or 0 when it is not known.
        case system(code: Int32)
    }

    /// The file or folder.
    public let path: String
    /// Why, for a program.
    public let reason: Reason
    /// Why, for a person.
    public let problem: String
    /// What would help.
    public let remedy: String

    /// One line for a person.
    public var description: String { "\(path): \(problem); \(remedy)" }

    init(_ path: String, _ reason: Reason, _ problem: String, remedy: String) {
        self.path = path
        self.reason = reason
        self.problem = problem
        self.remedy = remedy
    }
}
