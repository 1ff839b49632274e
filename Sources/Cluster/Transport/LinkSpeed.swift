import ClusterMessages

/// Learns how fast a connection carries tensors, from those that come. What goes out is assumed to be as fast.
package struct LinkSpeed: Sendable {
    /// Fewer bytes are there at once, however slow the link is.
    private static let leastByteCount = 1 << 20
    /// The share of a new measurement.
    private static let learningRate = 0.3
    /// Streams that are measured at a time. When there are more, some were given up before their end, and all are
    /// forgotten.
    private static let mostStreams = 64

    private var byteCount: UInt64 = 0
    /// When the first chunk of a stream had come, and how many bytes had come until then.
    private var beginnings: [UInt64: (at: ContinuousClock.Instant, byteCount: UInt64)] = [:]
    /// Payload bytes a second; nil before anything large has come.
    package private(set) var bytesPerSecond: Double?

    package init() {}

    /// Takes note of a chunk.
    ///
    /// - Parameters:
    ///   - count: its payload bytes.
    ///   - stream: where it came.
    ///   - isLast: whether the stream ends with it.
    ///   - now: when it had come.
    package mutating func received(_ count: Int, stream: UInt64, isLast: Bool, at now: ContinuousClock.Instant) {
        byteCount &+= UInt64(count)
        guard let beginning = beginnings[stream] else {
            if isLast { return }
            if beginnings.count >= Self.mostStreams { beginnings = [:] }
            beginnings[stream] = (now, byteCount)
            return
        }
        guard isLast else { return }
        beginnings[stream] = nil
        let (carried, seconds) = (byteCount &- beginning.byteCount, (now - beginning.at) / .seconds(1))
        guard carried >= Self.leastByteCount, seconds > 0 else { return }
        let measured = Double(carried) / seconds
        bytesPerSecond = bytesPerSecond.map { $0 + Self.learningRate * (measured - $0) } ?? measured
    }
}

extension CompressionPolicy {
    /// The same for a link whose speed was measured; nil leaves what was assumed.
    func measured(_ bytesPerSecond: Double?) -> CompressionPolicy {
        guard case .adaptive = self, let bytesPerSecond else { return self }
        return .adaptive(linkBytesPerSecond: bytesPerSecond)
    }

    /// What is assumed of a link before anything was measured: a gigabit a second between hosts; within one host
    /// compression only costs time.
    static func unmeasured(_ endpoint: Endpoint) -> CompressionPolicy {
        endpoint.isLoopback ? .never : .adaptive(linkBytesPerSecond: 125e6)
    }
}
