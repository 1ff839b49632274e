/// Something that came, or was about to go, over the wire and must not: which field is at fault, what was expected,
/// what was found and what helps. Whoever sent it is no longer to be trusted with this connection, except where
/// ``isUnknownMessage``.
public struct WireError: Error, Hashable, CustomStringConvertible {
    /// What is wrong, for code that acts on it.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// The other end speaks another protocol altogether.
        case foreignProtocol
        /// The other end speaks another version of this protocol.
        case version
        /// A frame's header breaks the rules.
        case header
        /// Something is longer, larger or more than it may be.
        case limit
        /// A checksum or a digest does not match: bytes were damaged on the way.
        case damaged
        /// Bytes are no protobuf of the expected type.
        case malformed
        /// A field that has to be there is not.
        case missing
        /// A field has a value that it cannot have.
        case outOfRange
        /// A message that this version does not know.
        case unknownMessage
        /// A tensor's descriptor or its chunks contradict themselves or one another.
        case tensor
        /// Compressed bytes cannot be decompressed, or not to what was announced.
        case compression
    }

    /// What is wrong.
    public let kind: Kind
    /// What is at fault, as a path: `TaskOffer.operation.predictNoise.timestep`.
    public let field: String
    /// What would have been right.
    public let expected: String
    /// What was there instead.
    public let found: String
    /// What helps.
    public let remedy: String

    /// - Parameters:
    ///   - kind: what is wrong.
    ///   - field: what is at fault.
    ///   - expected: what would have been right.
    ///   - found: what was there instead.
    ///   - remedy: what helps; nil for what usually helps with this kind.
    public init(_ kind: Kind, _ field: String, expected: String, found: String, remedy: String? = nil) {
        self.kind = kind
        self.field = field
        self.expected = expected
        self.found = found
        self.remedy = remedy ?? kind.remedy
    }

    /// Whether the connection can go on: a newer peer sent a message that this version may pass over.
    public var isUnknownMessage: Bool { kind == .unknownMessage }

    /// One line for a log.
    public var description: String { "\(field): expected \(expected), found \(found); \(remedy)" }
}

extension WireError.Kind {
    fileprivate var remedy: String {
        switch self {
        case .foreignProtocol: "connect to this port with apldm-worker or apldm-coord alone"
        case .version, .unknownMessage: "run the same version of apldm on both ends"
        case .damaged: "look for a failing network card, cable or proxy between the two hosts"
        case .header, .limit, .malformed, .missing, .outOfRange, .tensor, .compression:
            "the connection is closed; if it happens again, run the same version of apldm on both ends"
        }
    }
}
