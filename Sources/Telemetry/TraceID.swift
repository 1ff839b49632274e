/// What ties together all that is logged about one request, on every host: 16 bytes, as in `traceparent` of W3C Trace
/// Context.
public struct TraceID: Sendable, Hashable, CustomStringConvertible {
    /// 32 hexadecimal digits.
    public let description: String

    /// A new one.
    public init() {
        description = (0..<2).map { _ in Self.digits(UInt64.random(in: 1...UInt64.max)) }.joined()
    }

    /// - Parameter digits: 32 hexadecimal digits in lower case, not all zero; anything else makes nil.
    public init?(_ digits: some StringProtocol) {
        guard digits.utf8.count == 32, digits.utf8.contains(where: { $0 != 0x30 }),
            digits.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) })
        else { return nil }
        description = String(digits)
    }

    /// - Parameter field: `traceparent`, `00-TRACE-PARENT-FLAGS`; nil and anything else make nil.
    public init?(traceparent field: String?) {
        guard let field, field.utf8.count <= 128 else { return nil }
        let parts = field.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count >= 4, parts[0].utf8.count == 2, parts[0] != "ff" else { return nil }
        self.init(parts[1])
    }

    /// The field that hands it on.
    ///
    /// - Parameter parent: what the other side's work is part of, not 0.
    /// - Returns: 55 characters.
    public func traceparent(parent: UInt64) -> String { "00-\(description)-\(Self.digits(parent))-01" }

    private static func digits(_ word: UInt64) -> String {
        let digits = String(word, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
