/// A request that cannot be rendered as it stands: which option is at fault, why, and what to do instead.
public struct RequestError: Error, Hashable, CustomStringConvertible {
    /// The option as the user spells it, for example `--eta2`.
    public let option: String
    /// What is wrong with its value, the value included.
    public let problem: String
    /// What would work.
    public let remedy: String

    /// - Parameters:
    ///   - option: the option as the user spells it.
    ///   - problem: what is wrong, the offending value included.
    ///   - remedy: what would work.
    public init(option: String, problem: String, remedy: String) {
        self.option = option
        self.problem = problem
        self.remedy = remedy
    }

    /// One line for a person.
    public var description: String { "\(option): \(problem); \(remedy)" }
}
