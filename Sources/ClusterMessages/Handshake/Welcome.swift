import FoundationEssentials
import SwiftProtobuf

/// The coordinator lets a node in, on these terms.
public struct Welcome: Sendable, Hashable {
    /// The version of the messages that both ends use from now on.
    public let version: Int
    /// The connection's number, never used before in this epoch.
    public let session: UInt64
    /// Grows with every start of the coordinator; attempts of other epochs are void.
    public let epoch: UInt64
    /// Raw bytes of a chunk, 4 KiB through 4 MiB and a multiple of 8.
    public let chunkByteCount: Int
    /// Payload bytes that may be on their way before credit comes back, at least a chunk and at most 1 GiB.
    public let connectionCredit: Int
    /// The same for one stream.
    public let streamCredit: Int
    /// How often a ping comes, 50 through 60 000.
    public let heartbeatMilliseconds: Int
    /// How long a task belongs to a worker that says nothing, 100 through 600 000.
    public let leaseMilliseconds: Int
    /// ``JoinProof/coordinator``; nil where no join token is in use.
    public let proof: [UInt8]?

    /// A welcome on these terms.
    public init(
        version: Int, session: UInt64, epoch: UInt64, chunkByteCount: Int, connectionCredit: Int, streamCredit: Int,
        heartbeatMilliseconds: Int, leaseMilliseconds: Int, proof: [UInt8]?
    ) {
        self.version = version
        self.session = session
        self.epoch = epoch
        self.chunkByteCount = chunkByteCount
        self.connectionCredit = connectionCredit
        self.streamCredit = streamCredit
        self.heartbeatMilliseconds = heartbeatMilliseconds
        self.leaseMilliseconds = leaseMilliseconds
        self.proof = proof
    }
}

extension Welcome: WireValue {
    init(_ proto: Apldm_V1_Welcome) {
        self.init(
            version: Int(proto.version), session: proto.session, epoch: proto.epoch,
            chunkByteCount: Int(proto.chunkBytes), connectionCredit: Int(clamping: proto.connectionCredit),
            streamCredit: Int(clamping: proto.streamCredit), heartbeatMilliseconds: Int(proto.heartbeatMilliseconds),
            leaseMilliseconds: Int(proto.leaseMilliseconds), proof: proto.proof.isEmpty ? nil : Array(proto.proof))
    }

    var proto: Apldm_V1_Welcome {
        .with {
            $0.version = UInt32(clamping: version)
            $0.session = session
            $0.epoch = epoch
            $0.chunkBytes = UInt32(clamping: chunkByteCount)
            $0.connectionCredit = UInt64(clamping: connectionCredit)
            $0.streamCredit = UInt64(clamping: streamCredit)
            $0.heartbeatMilliseconds = UInt32(clamping: heartbeatMilliseconds)
            $0.leaseMilliseconds = UInt32(clamping: leaseMilliseconds)
            $0.proof = Data(proof ?? [])
        }
    }

    func check() throws(WireError) {
        try Check.range(version, 1...65535, "version")
        try Check.range(chunkByteCount, FrameLimits.smallestChunk...FrameLimits.largestChunk, "chunkBytes")
        guard chunkByteCount % 8 == 0 else {
            throw WireError(.outOfRange, "chunkBytes", expected: "a multiple of 8", found: "\(chunkByteCount)")
        }
        try Check.range(connectionCredit, chunkByteCount...1 << 30, "connectionCredit")
        try Check.range(streamCredit, chunkByteCount...1 << 30, "streamCredit")
        try Check.range(heartbeatMilliseconds, 50...60_000, "heartbeatMilliseconds")
        try Check.range(leaseMilliseconds, 100...600_000, "leaseMilliseconds")
        if let proof { try Check.bytes(proof, count: JoinProof.byteCount, "proof") }
    }
}
