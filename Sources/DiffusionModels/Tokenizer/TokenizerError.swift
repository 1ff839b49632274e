/// A tokenizer's files that cannot be used.
public struct TokenizerError: Error, Hashable, CustomStringConvertible {
    /// The file at fault.
    public let file: String
    /// What it should hold.
    public let expected: String
    /// What it holds.
    public let found: String
    /// What to do.
    public let remedy: String
    /// Whether the file is not there at all.
    public let isMissing: Bool

    init(file: String, expected: String, found: String, remedy: String? = nil, isMissing: Bool = false) {
        self.file = file
        self.expected = expected
        self.found = found
        self.remedy = remedy ?? "download the tokenizer's folder again"
        self.isMissing = isMissing
    }

    /// One line for a person.
    public var description: String { "\(file): expected \(expected), found \(found); \(remedy)" }
}

extension ModelError {
    /// A tokenizer's error as that of the model folder it belongs to.
    init(_ error: TokenizerError) {
        self.init(
            error.isMissing ? .fileMissing : .malformed, file: error.file, expected: error.expected,
            found: error.found, remedy: error.remedy)
    }
}
