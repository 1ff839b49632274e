package import Tensors

/// A model that cannot be used as it lies on the disk: which file and which part of it is at fault, what was
/// expected, what was found and what helps.
public struct ModelError: Error, Hashable, CustomStringConvertible {
    /// What is wrong, for code that acts on it.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// A file or folder is not there.
        case fileMissing
        /// The system refuses to read a file.
        case unreadable
        /// A file does not follow its format.
        case malformed
        /// A format, architecture or option that exists but that this program does not handle.
        case unsupported
        /// Two things are there of which only one can be meant.
        case ambiguous
        /// A tensor of the model is in none of its files.
        case missingTensor
        /// A file has a tensor that is no part of the model.
        case unexpectedTensor
        /// A tensor's shape is not the one that follows from the configuration.
        case wrongShape
        /// A tensor's elements are of a type that weights cannot have.
        case wrongType
        /// A tensor has an infinity or a not-a-number.
        case nonFinite
        /// A configuration value is missing, out of range or contradicts another.
        case configuration
    }

    /// What is wrong.
    public let kind: Kind
    /// The path of the file or folder at fault.
    public let file: String?
    /// The tensor or the configuration key at fault.
    public let subject: String?
    /// What would have been right.
    public let expected: String?
    /// What was there instead.
    public let found: String?
    /// What the user can do.
    public let remedy: String?

    /// - Parameters:
    ///   - kind: what is wrong.
    ///   - file: the path of the file or folder at fault.
    ///   - subject: the tensor or the configuration key at fault.
    ///   - expected: what would have been right.
    ///   - found: what was there instead.
    ///   - remedy: what the user can do.
    public init(
        _ kind: Kind, file: String? = nil, subject: String? = nil, expected: String? = nil, found: String? = nil,
        remedy: String? = nil
    ) {
        self.kind = kind
        self.file = file
        self.subject = subject
        self.expected = expected
        self.found = found
        self.remedy = remedy
    }

    /// One line for a person, with all that is known.
    public var description: String {
        let place = [file, subject?.quoted].compactMap(\.self).joined(separator: ": ")
        let comparison = [expected.map { "expected \($0)" }, found.map { "found \($0)" }].compactMap(\.self)
        return (place.isEmpty ? "the model" : place) + " " + kind.complaint
            + (comparison.isEmpty ? "" : ": " + comparison.joined(separator: ", "))
            + (remedy.map { "; \($0)" } ?? "")
    }
}

extension ModelError {
    /// The same complaint in this module's terms.
    package init(_ error: SafetensorsError) {
        let kind: Kind =
            switch error.reason {
            case .cannotRead, .cannotWrite: .unreadable
            case .foreignFormat: .unsupported
            case .missingTensor: .missingTensor
            case .unknownElementType, .wrongElementType: .wrongType
            case .truncated, .headerTooLarge, .malformedHeader, .malformedEntry, .duplicateName, .shapeTooLarge,
                .sizeMismatch, .reversedOffsets, .overlap, .hole, .trailingBytes:
                .malformed
            }
        self.init(
            kind, file: error.file, subject: error.tensor, expected: error.expected, found: error.found,
            remedy: error.remedy)
    }
}

extension ModelError.Kind {
    /// What a sentence about the thing at fault goes on with.
    fileprivate var complaint: String {
        switch self {
        case .fileMissing: "is not there"
        case .unreadable: "cannot be read"
        case .malformed: "is damaged or malformed"
        case .unsupported: "is not supported"
        case .ambiguous: "can be read in more than one way"
        case .missingTensor: "is missing"
        case .unexpectedTensor: "does not belong to this model"
        case .wrongShape: "has the wrong shape"
        case .wrongType: "has the wrong element type"
        case .nonFinite: "has elements that are not finite"
        case .configuration: "has a value that cannot be used"
        }
    }
}
