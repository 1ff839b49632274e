/// What a frame is for.
public enum FrameType: UInt8, Sendable, Hashable, CaseIterable {
    /// The first frame of either end; its layout never changes.
    case hello = 1
    /// Any message that has no frame type of its own.
    case message = 2
    /// A chunk of a tensor.
    case data = 3
    /// More may be sent.
    case credit = 4
    /// Are you there?
    case ping = 5
    /// I am.
    case pong = 6
    /// A stream ends before its time.
    case reset = 7
    /// The connection closes.
    case goAway = 8

    /// Whether frames of this type may carry a payload.
    var carriesPayload: Bool { self == .data }
}
