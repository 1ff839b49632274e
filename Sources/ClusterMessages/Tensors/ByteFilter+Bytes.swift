import Tensors

extension ByteFilter {
    /// The filtered bytes of whole elements.
    func applied(to bytes: [UInt8], width: Int) -> [UInt8] {
        switch self {
        case .none: bytes
        case .shuffle: ByteShuffle.shuffled(bytes, width: width)
        }
    }

    /// Undoes ``applied(to:width:)``.
    func removed(from bytes: [UInt8], width: Int) -> [UInt8] {
        switch self {
        case .none: bytes
        case .shuffle: ByteShuffle.unshuffled(bytes, width: width)
        }
    }
}
