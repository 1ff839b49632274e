import Crypto

/// A SHA-256: the name of a tensor, a file, a model or a numerics class.
public struct ContentDigest: Sendable, Hashable, CustomStringConvertible {
    /// How many bytes it has.
    public static let byteCount = 32
    /// The digest itself, ``byteCount`` bytes.
    public let bytes: [UInt8]

    /// The digest of some bytes.
    public init(of content: [UInt8]) { bytes = Array(SHA256.hash(data: content)) }

    init(_ digest: SHA256.Digest) { bytes = Array(digest) }

    /// A digest that came as bytes.
    ///
    /// - Parameters:
    ///   - bytes: 32 bytes.
    ///   - field: what is named when there are more or fewer.
    /// - Throws: ``WireError`` when there are more or fewer.
    public init(bytes: [UInt8], field: String = "digest") throws(WireError) {
        try Check.bytes(bytes, count: Self.byteCount, field)
        self.bytes = bytes
    }

    /// A digest written as 64 hexadecimal digits; nil for anything else.
    public init?(hexadecimal: String) {
        let digits = hexadecimal.utf8.compactMap { Character(Unicode.Scalar($0)).hexDigitValue }
        guard digits.count == 2 * Self.byteCount, hexadecimal.utf8.count == digits.count else { return nil }
        bytes = stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }

    private static let digits = Array("0123456789abcdef".utf8)

    /// 64 lower-case hexadecimal digits.
    public var hexadecimal: String {
        String(decoding: bytes.flatMap { [Self.digits[Int($0 >> 4)], Self.digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    /// See ``hexadecimal``.
    public var description: String { hexadecimal }
}
