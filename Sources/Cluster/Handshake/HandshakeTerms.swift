import ClusterMessages

/// What a coordinator offers to those who join.
package struct HandshakeTerms: Sendable {
    /// The versions of the messages that this build speaks.
    package static let versions = 2...2

    /// The coordinator's name.
    package var node: String
    /// Its software and version.
    package var software: String
    /// The secret that nodes have to know; nil lets everybody in.
    package var token: JoinToken?
    /// Which start of the coordinator.
    package var epoch: UInt64
    /// Raw bytes of a chunk.
    package var chunkByteCount = FrameLimits.defaultChunk
    /// Payload bytes that may be on their way on a connection, in each direction.
    package var connectionCredit = 32 << 20
    /// The same for one stream.
    package var streamCredit = 8 << 20
    /// How often each end says that it lives.
    package var heartbeat = Duration.seconds(1)
    /// How long a task belongs to a worker that says nothing.
    package var lease = Duration.seconds(10)

    /// - Parameters:
    ///   - node: the coordinator's name.
    ///   - software: its software and version.
    ///   - token: the secret that nodes have to know.
    ///   - epoch: which start of the coordinator.
    package init(node: String, software: String, token: JoinToken?, epoch: UInt64) {
        self.node = node
        self.software = software
        self.token = token
        self.epoch = epoch
    }

    func welcome(version: Int, session: UInt64, proof: [UInt8]?) -> Welcome {
        Welcome(
            version: version, session: session, epoch: epoch, chunkByteCount: chunkByteCount,
            connectionCredit: connectionCredit, streamCredit: streamCredit,
            heartbeatMilliseconds: heartbeat.milliseconds, leaseMilliseconds: lease.milliseconds, proof: proof)
    }
}

extension Duration {
    /// Whole milliseconds.
    var milliseconds: Int {
        let (seconds, attoseconds) = components
        return Int(clamping: seconds) * 1000 + Int(attoseconds / 1_000_000_000_000_000)
    }
}
