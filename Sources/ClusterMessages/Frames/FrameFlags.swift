/// Properties of a frame.
public struct FrameFlags: OptionSet, Sendable, Hashable {
    /// The bits of the header's field.
    public let rawValue: UInt16

    /// - Parameter rawValue: the bits of the header's field.
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// The last frame that the sender sends on this stream.
    public static let end = FrameFlags(rawValue: 1 << 0)
    /// The payload is one zstd frame.
    public static let compressed = FrameFlags(rawValue: 1 << 1)
    /// Overtakes what is waiting to be sent.
    public static let control = FrameFlags(rawValue: 1 << 2)

    /// Every flag that exists.
    static let all: FrameFlags = [.end, .compressed, .control]
}
