/// How large a frame may be. Checked before anything is allocated.
public struct FrameLimits: Sendable, Hashable {
    /// The most bytes of protobuf.
    public let message: Int
    /// The most bytes of payload.
    public let payload: Int

    /// The most bytes of protobuf that any frame may have.
    public static let largestMessage = 64 << 10
    /// The most bytes of a payload that can be negotiated.
    public static let largestChunk = 4 << 20
    /// The bytes of a payload where nothing else is asked for: heartbeats get through between two of them.
    public static let defaultChunk = 256 << 10
    /// The fewest bytes of a payload that can be negotiated.
    public static let smallestChunk = 4 << 10

    /// Before a peer has proved who it is: 4 KiB frames without payload.
    public static let unauthenticated = FrameLimits(message: (4 << 10) - FrameHeader.byteCount, payload: 0)

    /// After that.
    ///
    /// - Parameter chunk: the negotiated chunk in bytes, limited to what can be negotiated.
    /// - Returns: 64 KiB of protobuf and a chunk.
    public static func authenticated(chunk: Int = defaultChunk) -> FrameLimits {
        FrameLimits(message: largestMessage, payload: min(max(chunk, smallestChunk), largestChunk))
    }
}
