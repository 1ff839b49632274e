import FoundationEssentials
import SwiftProtobuf

/// What a node may do.
public enum NodeRole: Int, Sendable, Hashable, CaseIterable {
    /// Carries out tasks.
    case worker = 1
    /// Submits jobs.
    case client = 2
    /// Looks after the cluster.
    case admin = 3
}

/// The first message of a connection. Its layout never changes.
public struct Hello: Sendable, Hashable {
    /// Bytes of a nonce.
    public static let nonceByteCount = 32
    /// The versions of the messages that the node speaks, 1 through 65535.
    public let versions: ClosedRange<Int>
    /// What the node is called: at most 64 letters, digits and `-._`.
    public let node: String
    /// What it may do.
    public let role: NodeRole
    /// Its software and version for logs, at most 128 bytes.
    public let software: String
    /// 32 random bytes, over which the coordinator proves that it knows the join token.
    public let nonce: [UInt8]

    /// A hello of these parts.
    public init(versions: ClosedRange<Int>, node: String, role: NodeRole, software: String, nonce: [UInt8]) {
        self.versions = versions
        self.node = node
        self.role = role
        self.software = software
        self.nonce = nonce
    }
}

extension Hello: WireValue {
    init(_ proto: Apldm_V1_Hello) throws(WireError) {
        let (lowest, highest) = (Int(proto.minimumVersion), Int(proto.maximumVersion))
        try Check.range(highest, lowest...max(lowest, 65535), "maximumVersion")
        self.init(
            versions: lowest...highest, node: proto.node, role: try NodeRole(known: proto.role, "role"),
            software: proto.software, nonce: Array(proto.nonce))
    }

    var proto: Apldm_V1_Hello {
        .with {
            $0.minimumVersion = UInt32(clamping: versions.lowerBound)
            $0.maximumVersion = UInt32(clamping: versions.upperBound)
            $0.node = node
            $0.role = .init(role)
            $0.software = software
            $0.nonce = Data(nonce)
        }
    }

    func check() throws(WireError) {
        try Check.range(versions.lowerBound, 1...65535, "minimumVersion")
        try Check.range(versions.upperBound, 1...65535, "maximumVersion")
        try Check.name(node, upTo: 64, "node")
        try Check.text(software, 0...128, "software")
        try Check.bytes(nonce, count: Self.nonceByteCount, "nonce")
    }
}
