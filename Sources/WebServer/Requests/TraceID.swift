import Hummingbird

/// What ties together all that is logged about one request: 16 bytes, as in `traceparent` of W3C Trace Context.
struct TraceID: Sendable, Hashable, CustomStringConvertible {
    /// 32 hexadecimal digits.
    let description: String

    /// A new one.
    init() {
        let words = (0..<2).map { _ in String(UInt64.random(in: 1...UInt64.max), radix: 16) }
        description = words.map { String(repeating: "0", count: 16 - $0.count) + $0 }.joined()
    }

    /// - Parameter field: `traceparent`, `00-TRACE-PARENT-FLAGS`; nil and anything else make nil.
    init?(traceparent field: String?) {
        guard let field, field.utf8.count <= 128 else { return nil }
        let parts = field.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count >= 4, parts[0].utf8.count == 2, parts[0] != "ff", parts[1].utf8.count == 32,
            parts[1].utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }),
            parts[1].utf8.contains(where: { $0 != 0x30 })
        else { return nil }
        description = String(parts[1])
    }
}
