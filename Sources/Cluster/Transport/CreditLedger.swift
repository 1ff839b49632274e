/// What a receiver has taken in and not yet given credit for.
package struct CreditLedger {
    /// Streams that are remembered. Those that were cancelled never end; the oldest of them have to go some time.
    package static let streamLimit = 256

    private let connectionWindow: Int
    private let streamWindow: Int
    private var connection = 0
    private var streams: [UInt64: Int] = [:]

    package init(connectionWindow: Int, streamWindow: Int) {
        self.connectionWindow = connectionWindow
        self.streamWindow = streamWindow
    }

    /// How many streams are remembered.
    package var streamCount: Int { streams.count }

    /// Takes note of payload bytes that found their place.
    ///
    /// - Returns: the credit to give, by stream, once half a window is used up.
    package mutating func consumed(_ byteCount: Int, stream: UInt64, isLast: Bool) -> [(stream: UInt64, byteCount: Int)]
    {
        var given: [(stream: UInt64, byteCount: Int)] = []
        connection += byteCount
        if connection >= connectionWindow / 2 {
            given.append((0, connection))
            connection = 0
        }
        if isLast {
            streams[stream] = nil
        } else {
            let used = streams[stream, default: 0] + byteCount
            if used >= streamWindow / 2 {
                given.append((stream, used))
                streams[stream] = 0
            } else {
                streams[stream] = used
            }
        }
        // Streams are numbered as they begin.
        if streams.count > Self.streamLimit, let oldest = streams.keys.min() { streams[oldest] = nil }
        return given
    }
}
