import Tensors

/// The bytes of a chunk, wherever they lie: in arrays, in a tensor that is on its way out, in what a socket has read.
/// They are copied once at either end, into the socket's memory and out of it.
public struct Payload: Sendable {
    private enum Part: Sendable {
        case bytes([UInt8])
        case elements(Tensor, Range<Int>)
        case shared(any SharedBytes)
    }

    private var parts: [Part] = []
    /// How many bytes there are.
    public private(set) var count = 0

    /// No bytes.
    public init() {}

    /// Bytes of its own.
    public init(_ bytes: [UInt8]) { append(bytes) }

    /// Appends bytes that become its own.
    public mutating func append(_ bytes: [UInt8]) {
        if bytes.isEmpty { return }
        count += bytes.count
        // What drips in byte by byte is gathered in one array.
        if case .bytes(var last) = parts.last {
            parts.removeLast()
            last += bytes
            parts.append(.bytes(last))
        } else {
            parts.append(.bytes(bytes))
        }
    }

    /// Appends bytes that stay where they are.
    public mutating func append(_ bytes: any SharedBytes) {
        count += bytes.count
        parts.append(.shared(bytes))
    }

    /// Appends part of the bytes of a tensor, which stay where they are.
    ///
    /// - Precondition: `range` lies within the tensor's bytes.
    mutating func append(_ tensor: Tensor, bytes range: Range<Int>) {
        count += range.count
        parts.append(.elements(tensor, range))
    }

    /// Shows the bytes part by part, in order.
    public func forEachPart<Failure: Error>(_ body: (RawSpan) throws(Failure) -> Void) throws(Failure) {
        for part in parts {
            switch part {
            case .bytes(let bytes): try body(bytes.span.bytes)
            case .elements(let tensor, let range): try tensor.withBytes(in: range, body)
            case .shared(let bytes): try bytes.withBytes(body)
            }
        }
    }

    /// The bytes as one array: copied unless they are one.
    public var bytes: [UInt8] {
        if parts.count == 1, case .bytes(let bytes) = parts[0] { return bytes }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count)
        forEachPart { bytes.append(copying: $0) }
        return bytes
    }

    /// The CRC-32C of the bytes.
    var checksum: UInt32 {
        var checksum: UInt32 = 0
        forEachPart { checksum = CRC32C.checksum($0, after: checksum) }
        return checksum
    }
}

/// Bytes that somebody else's memory holds as long as this exists.
public protocol SharedBytes: Sendable {
    /// How many there are.
    var count: Int { get }
    /// Shows them.
    func withBytes<Failure: Error>(_ body: (RawSpan) throws(Failure) -> Void) throws(Failure)
}

extension Payload: Hashable {
    /// Whether the bytes are the same, wherever they lie.
    public static func == (left: Payload, right: Payload) -> Bool {
        left.count == right.count && left.bytes == right.bytes
    }

    /// Hashes the bytes.
    public func hash(into hasher: inout Hasher) { hasher.combine(bytes) }
}

extension Payload: ExpressibleByArrayLiteral {
    /// The bytes that are written down.
    public init(arrayLiteral elements: UInt8...) { self.init(elements) }
}
