import SwiftProtobuf

/// A stream ends before its time.
public struct StreamReset: Sendable, Hashable {
    /// Why, for code that acts on it.
    public enum Code: Int, Sendable, Hashable, CaseIterable {
        /// Nobody wants it any more.
        case cancelled = 1
        /// The receiver has no use or no room for it.
        case refused = 2
        /// What came on it breaks the rules.
        case malformed = 3
        /// Something failed.
        case failed = 4
    }

    /// Why.
    public let code: Code
    /// Why, for people, at most 1024 bytes.
    public let text: String

    /// A reset of these parts.
    public init(_ code: Code, text: String = "") {
        self.code = code
        self.text = text
    }
}

extension StreamReset: WireValue {
    init(_ proto: Apldm_V1_Reset) throws(WireError) {
        self.init(try Code(known: proto.code, "code"), text: proto.text)
    }

    var proto: Apldm_V1_Reset {
        .with {
            $0.code = .init(code)
            $0.text = text
        }
    }

    func check() throws(WireError) { try Check.text(text, 0...1024, "text") }
}
