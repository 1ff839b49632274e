package import Crypto

extension Digest {
    /// Two lower-case hexadecimal digits a byte.
    package var hexadecimal: String {
        map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }
}

extension String {
    /// Whether this is a SHA-256 as it is written here: 64 lower-case hexadecimal digits.
    package var isSHA256: Bool {
        utf8.count == 64
            && utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || (0x61...0x66).contains($0) }
    }
}
