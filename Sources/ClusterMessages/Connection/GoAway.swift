import SwiftProtobuf

/// The connection closes after this.
public struct GoAway: Sendable, Hashable {
    /// Why, for code that acts on it.
    public enum Code: Int, Sendable, Hashable, CaseIterable {
        /// The sender stops.
        case shutdown = 1
        /// The receiver broke the rules.
        case malformed = 2
        /// Nothing came for too long.
        case idle = 3
        /// The node has connected again.
        case replaced = 4
    }

    /// Why.
    public let code: Code
    /// Why, for people, at most 1024 bytes.
    public let text: String

    /// A farewell of these parts.
    public init(_ code: Code, text: String = "") {
        self.code = code
        self.text = text
    }
}

extension GoAway: WireValue {
    init(_ proto: Apldm_V1_GoAway) throws(WireError) {
        self.init(try Code(known: proto.code, "code"), text: proto.text)
    }

    var proto: Apldm_V1_GoAway {
        .with {
            $0.code = .init(code)
            $0.text = text
        }
    }

    func check() throws(WireError) { try Check.text(text, 0...1024, "text") }
}
