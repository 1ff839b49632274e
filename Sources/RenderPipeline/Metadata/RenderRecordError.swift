/// A record of a picture that cannot be rendered from: which part of it is at fault, why, and what to do instead.
public struct RenderRecordError: Error, Hashable, CustomStringConvertible {
    /// The picture, when it is known.
    public var file: String?
    /// The path of the key at fault, for example `sampler.kind`; nil when there is no record at all.
    public let key: String?
    /// What is wrong, the offending value included.
    public let problem: String
    /// What would help.
    public let remedy: String

    /// - Parameters:
    ///   - file: the picture.
    ///   - key: the path of the key at fault.
    ///   - problem: what is wrong.
    ///   - remedy: what would help.
    public init(file: String? = nil, key: String?, problem: String, remedy: String) {
        self.file = file
        self.key = key
        self.problem = problem
        self.remedy = remedy
    }

    /// One line for a person.
    public var description: String {
        [file, key.map { "'\($0)' of its record" }, problem].compactMap(\.self).joined(separator: ": ") + "; \(remedy)"
    }
}
