/// Checks of single fields. Each names the field when it fails, so that conversions read like a list of rules.
enum Check {
    /// A number within a range.
    static func range<Number: Comparable & Sendable>(
        _ value: Number, _ range: ClosedRange<Number>, _ field: String
    ) throws(WireError) {
        // A not-a-number is in no range.
        guard range.contains(value) else {
            throw WireError(
                .outOfRange, field, expected: "\(range.lowerBound) through \(range.upperBound)", found: "\(value)")
        }
    }

    /// A list with a bounded number of entries.
    static func count(_ list: some Collection, _ range: ClosedRange<Int>, _ field: String) throws(WireError) {
        guard range.contains(list.count) else {
            throw WireError(
                .limit, field, expected: "\(range.lowerBound) through \(range.upperBound) entries",
                found: "\(list.count)")
        }
    }

    /// A text of a bounded number of UTF-8 bytes.
    static func text(_ text: String, _ range: ClosedRange<Int>, _ field: String) throws(WireError) {
        let count = text.utf8.count
        guard range.contains(count) else {
            throw WireError(
                .limit, field, expected: "\(range.lowerBound) through \(range.upperBound) bytes of UTF-8",
                found: "\(count)")
        }
    }

    /// A name that can go into logs, metrics and files: letters, digits and `-._`, not starting with a dot.
    static func name(_ name: String, upTo longest: Int, _ field: String) throws(WireError) {
        try text(name, 1...longest, field)
        guard !name.hasPrefix("."), name.utf8.allSatisfy(isNameByte) else {
            throw WireError(
                .outOfRange, field, expected: "ASCII letters, digits and -._, not starting with a dot",
                found: QuotedBytes.describe(name))
        }
    }

    /// An exact number of bytes.
    static func bytes(_ bytes: [UInt8], count: Int, _ field: String) throws(WireError) {
        guard bytes.count == count else {
            throw WireError(.outOfRange, field, expected: "\(count) bytes", found: "\(bytes.count)")
        }
    }

    /// Something that protobuf cannot demand but the message needs.
    static func present<Value>(_ value: Value?, _ field: String) throws(WireError) -> Value {
        guard let value else { throw WireError(.missing, field, expected: "a value", found: "none") }
        return value
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
