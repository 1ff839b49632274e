import FoundationEssentials
import SwiftProtobuf

/// The coordinator's demand to prove knowledge of the join token.
public struct Challenge: Sendable, Hashable {
    /// 32 random bytes that were never used before.
    public let nonce: [UInt8]

    /// A challenge with this nonce.
    public init(nonce: [UInt8]) { self.nonce = nonce }
}

extension Challenge: WireValue {
    init(_ proto: Apldm_V1_Challenge) { self.init(nonce: Array(proto.nonce)) }

    var proto: Apldm_V1_Challenge { .with { $0.nonce = Data(nonce) } }

    func check() throws(WireError) { try Check.bytes(nonce, count: Hello.nonceByteCount, "nonce") }
}
