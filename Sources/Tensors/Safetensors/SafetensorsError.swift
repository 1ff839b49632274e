/// Why a safetensors file could not be read or written: which file and tensor, what was expected, what was found
/// and what helps.
public struct SafetensorsError: Error, Hashable, CustomStringConvertible {
    /// What went wrong, for code that acts on it.
    public enum Reason: String, Sendable, Hashable, CaseIterable {
        /// The system refused to open, map or inspect the file; see ``SafetensorsError/systemError``.
        case cannotRead
        /// The system refused to write the file; see ``SafetensorsError/systemError``.
        case cannotWrite
        /// A pickle, an archive, a web page or something else that is not a safetensors file.
        case foreignFormat
        /// The file ends before its header or its data do.
        case truncated
        /// The header is longer than any real model's.
        case headerTooLarge
        /// The header is not a JSON object of the shape the format prescribes.
        case malformedHeader
        /// A tensor's entry lacks a field, or has one that is unknown or of the wrong type.
        case malformedEntry
        /// A name stands twice in one JSON object, or twice in a list to be written.
        case duplicateName
        /// An element type that does not exist or that this reader does not handle.
        case unknownElementType
        /// More elements than can be counted.
        case shapeTooLarge
        /// Shape and element type ask for another number of bytes than the offsets span.
        case sizeMismatch
        /// The data ends before it begins.
        case reversedOffsets
        /// Two tensors share bytes.
        case overlap
        /// Bytes between two tensors belong to neither.
        case hole
        /// Bytes after the last tensor belong to none.
        case trailingBytes
        /// The file has no tensor of that name.
        case missingTensor
        /// The tensor is there, but its elements are not of a type the caller can use.
        case wrongElementType
    }

    /// What went wrong.
    public let reason: Reason
    /// The path as it was given.
    public let file: String
    /// The tensor at fault, if one is.
    public let tensor: String?
    /// What would have been right.
    public let expected: String
    /// What was there instead.
    public let found: String
    /// What the user can do.
    public let remedy: String?
    /// The system's `errno`, where the system refused.
    public let systemError: Int32?

    init(
        _ reason: Reason, file: String, tensor: String? = nil, expected: String, found: String,
        remedy: String? = nil, systemError: Int32? = nil
    ) {
        self.reason = reason
        self.file = file
        self.tensor = tensor
        self.expected = expected
        self.found = found
        self.remedy = remedy
        self.systemError = systemError
    }

    /// One line for a person.
    public var description: String {
        let place = tensor.map { "\(file): tensor \($0.quoted)" } ?? file
        return "\(place): expected \(expected), found \(found)" + (remedy.map { "; \($0)" } ?? "")
    }
}
