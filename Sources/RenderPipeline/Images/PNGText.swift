/// A text entry of a PNG file.
public struct PNGText: Sendable, Hashable {
    /// What the entry is about, for example `Software` or `parameters`.
    public let key: String
    /// The text; lines end in a line feed.
    public let value: String

    /// - Parameters:
    ///   - key: 1 to 79 printable Latin-1 characters, without leading, trailing or double spaces; checked on writing.
    ///   - value: any text without the character U+0000.
    public init(key: String, value: String) {
        self.key = key
        self.value = value
    }
}

extension PNGText {
    /// The bytes of an entry as the file holds them, each with the zero byte that ends a C string.
    struct Encoded {
        let key: [UInt8]
        let value: [UInt8]
        /// Whether the entry has to be international (iTXt) because Latin-1 does not suffice.
        let isUTF8: Bool
    }

    /// The entry's bytes, or nil when it cannot stand in a PNG file.
    func encoded() -> Encoded? {
        guard let key = encodedKey, !value.unicodeScalars.contains("\0") else { return nil }
        if let value = Self.latin1(value) { return Encoded(key: key, value: value + [0], isUTF8: false) }
        return Encoded(key: key, value: Array(value.utf8) + [0], isUTF8: true)
    }

    /// An entry as it stands in a file.
    init(key: [UInt8], value: [UInt8], isUTF8: Bool) {
        self.key = Self.string(latin1: key)
        self.value = isUTF8 ? String(decoding: value, as: UTF8.self) : Self.string(latin1: value)
    }

    private var encodedKey: [UInt8]? {
        guard let bytes = Self.latin1(key), (1...79).contains(bytes.count) else { return nil }
        // U+00A0 looks like a space, so the standard bars it from keys; the line feed is for values only.
        guard !bytes.contains(0xA0), !bytes.contains(0x0A), bytes.first != 0x20, bytes.last != 0x20 else { return nil }
        guard !zip(bytes, bytes.dropFirst()).contains(where: { $0 == (0x20, 0x20) }) else { return nil }
        return bytes + [0]
    }

    /// The Latin-1 bytes, when the text has only what the PNG standard gives a meaning there: the printable
    /// characters and the line feed.
    private static func latin1(_ text: String) -> [UInt8]? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count)
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x0A, 0x20...0x7E, 0xA0...0xFF: bytes.append(UInt8(scalar.value))
            default: return nil
            }
        }
        return bytes
    }

    private static func string(latin1 bytes: [UInt8]) -> String {
        String(String.UnicodeScalarView(bytes.lazy.map { Unicode.Scalar($0) }))
    }
}
