/// Bytes and texts of strangers, made fit for a log: short and without control characters.
enum QuotedBytes {
    /// The most characters that are shown.
    static let longest = 64

    /// Letters as they are, other bytes as two hexadecimal digits.
    static func describe(_ bytes: some Collection<UInt8>) -> String {
        var text = ""
        for byte in bytes.prefix(longest) {
            if (0x20..<0x7f).contains(byte) {
                text.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                text += "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
            }
        }
        return "\"\(text)\"" + (bytes.count > longest ? "..." : "")
    }

    /// See ``describe(_:)-(Collection<UInt8>)``.
    static func describe(_ text: String) -> String { describe(Array(text.utf8.prefix(longest + 1))) }
}
