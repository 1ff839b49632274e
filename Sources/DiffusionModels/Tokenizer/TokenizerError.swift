/// A tokenizer folder that cannot be used: which file, what it should hold, what it holds, what to do about it.
public struct TokenizerError: Error, Hashable, CustomStringConvertible {
    /// The path of the file (or folder) that is at fault.
    public let file: String

    /// What a usable file holds at this place.
    public let expected: String

    /// What was found instead. Excerpts of the file are shortened and free of control characters.
    public let found: String

    /// What the person who supplied the folder can do.
    public let remedy: String

    /// Whether the file is not there at all.
    public let isMissing: Bool

    /// One line with all four.
    public var description: String { "\(file): expected \(expected), found \(found). \(remedy)" }

    static let reload = "Copy the tokenizer folder again from where the model was published."

    init(file: String, expected: String, found: String, remedy: String = Self.reload, isMissing: Bool = false) {
        self.file = file
        self.expected = expected
        self.found = found
        self.remedy = remedy
        self.isMissing = isMissing
    }

    /// Text from a file as it may appear in a message: quoted, at most 60 scalars, control characters escaped.
    static func excerpt(_ text: some StringProtocol) -> String {
        let limit = 60
        var excerpt = String.UnicodeScalarView()
        for scalar in text.unicodeScalars.prefix(limit) {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator:
                excerpt.append(contentsOf: scalar.escaped(asASCII: true).unicodeScalars)
            default:
                excerpt.append(scalar)
            }
        }
        return "\"\(String(excerpt))\(text.unicodeScalars.dropFirst(limit).isEmpty ? "" : "…")\""
    }
}

extension ModelError {
    /// A tokenizer's error as that of the model folder it belongs to.
    init(_ error: TokenizerError) {
        self.init(
            error.isMissing ? .fileMissing : .malformed, file: error.file, expected: error.expected,
            found: error.found, remedy: error.remedy)
    }
}
