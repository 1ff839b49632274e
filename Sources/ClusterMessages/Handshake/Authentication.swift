import FoundationEssentials
import SwiftProtobuf

/// A node's answer to a ``Challenge``.
public struct Authentication: Sendable, Hashable {
    /// The code of ``JoinProof/node``, 32 bytes.
    public let code: [UInt8]

    /// An answer with this code.
    public init(code: [UInt8]) { self.code = code }
}

extension Authentication: WireValue {
    init(_ proto: Apldm_V1_Authentication) { self.init(code: Array(proto.code)) }

    var proto: Apldm_V1_Authentication { .with { $0.code = Data(code) } }

    func check() throws(WireError) { try Check.bytes(code, count: JoinProof.byteCount, "code") }
}
