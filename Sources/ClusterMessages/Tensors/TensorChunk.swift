/// What one DATA frame carries.
public struct TensorChunk: Sendable, Hashable {
    /// Which tensor of the stream, in the order in which its headers were announced.
    public let tensor: Int
    /// Which chunk of it.
    public let index: Int
    /// Whether the payload is a zstd frame.
    public let isCompressed: Bool
    /// The bytes as sent.
    public let payload: Payload

    /// - Parameters:
    ///   - tensor: which tensor of the stream.
    ///   - index: which chunk of it.
    ///   - isCompressed: whether the payload is a zstd frame.
    ///   - payload: the bytes as sent.
    public init(tensor: Int, index: Int, isCompressed: Bool, payload: Payload) {
        self.tensor = tensor
        self.index = index
        self.isCompressed = isCompressed
        self.payload = payload
    }
}
