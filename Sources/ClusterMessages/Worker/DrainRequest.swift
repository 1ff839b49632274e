import SwiftProtobuf

/// The coordinator's wish that a worker finish what it has and take nothing more.
public struct DrainRequest: Sendable, Hashable {
    /// How long that may take, at most a day.
    public let deadlineMilliseconds: Int
    /// Why, for people, at most 1024 bytes.
    public let text: String

    /// A request of these parts.
    public init(deadlineMilliseconds: Int, text: String = "") {
        self.deadlineMilliseconds = deadlineMilliseconds
        self.text = text
    }
}

extension DrainRequest: WireValue {
    init(_ proto: Apldm_V1_Drain) {
        self.init(deadlineMilliseconds: Int(proto.deadlineMilliseconds), text: proto.text)
    }

    var proto: Apldm_V1_Drain {
        .with {
            $0.deadlineMilliseconds = UInt32(clamping: deadlineMilliseconds)
            $0.text = text
        }
    }

    func check() throws(WireError) {
        try Check.range(deadlineMilliseconds, 0...86_400_000, "deadlineMilliseconds")
        try Check.text(text, 0...1024, "text")
    }
}
