import ClusterMessages

/// What a receiver has taken in and not yet given credit for.
struct CreditLedger {
    private let connectionWindow: Int
    private let streamWindow: Int
    private var connection = 0
    private var streams: [UInt64: Int] = [:]

    init(connectionWindow: Int, streamWindow: Int) {
        self.connectionWindow = connectionWindow
        self.streamWindow = streamWindow
    }

    /// Takes note of payload bytes that found their place.
    ///
    /// - Returns: the credit to give, by stream, once half a window is used up.
    mutating func consumed(_ byteCount: Int, stream: UInt64, isLast: Bool) -> [(stream: UInt64, byteCount: Int)] {
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
        return given
    }

    /// Forgets a stream that ended before its time.
    mutating func drop(stream: UInt64) { streams[stream] = nil }
}
