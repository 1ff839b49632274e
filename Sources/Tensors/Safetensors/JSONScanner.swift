/// A cursor over strict JSON (RFC 8259) that the caller steers value by value.
///
/// The decoders of Foundation drop all but one of two equal keys, and a header in which one name stands twice
/// means something else to every reader, so the safetensors header is read with this. It has no recursion:
/// nesting is only as deep as the caller asks for, and an unexpected bracket is an error at once.
struct JSONScanner {
    private static let wholeNumbers = "a whole number from 0 to \(Int.max)"

    private let bytes: [UInt8]
    private var position = 0
    /// Whether the last thing read is the opening bracket of an object or array, so that no comma is due.
    private var isAtOpening = false

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// Enters an object; ``nextKey()`` then hands out its keys.
    mutating func beginObject() throws(HeaderProblem) {
        try consume("{", "an object")
        isAtOpening = true
    }

    /// The next key of the object that was entered last and is not at its end, or nil at its end. The caller reads
    /// the value before it asks for another key.
    mutating func nextKey() throws(HeaderProblem) -> String? {
        guard try hasNext(until: "}") else { return nil }
        let key = try string("a key in quotation marks")
        try consume(":", "a colon after a key")
        return key
    }

    /// Enters an array; ``nextElement()`` then says whether an element follows.
    mutating func beginArray() throws(HeaderProblem) {
        try consume("[", "an array")
        isAtOpening = true
    }

    /// Whether the array that was entered last has another element, which the caller then reads.
    mutating func nextElement() throws(HeaderProblem) -> Bool { try hasNext(until: "]") }

    /// A whole number of 0 or more that fits into an `Int`.
    mutating func wholeNumber() throws(HeaderProblem) -> Int {
        skipSpace()
        let start = position
        var value = 0
        while position < bytes.count, case let digit = bytes[position], digit.isDigit {
            let (tens, isTooLarge) = value.multipliedReportingOverflow(by: 10)
            let (sum, isStillTooLarge) = tens.addingReportingOverflow(Int(digit - UInt8(ascii: "0")))
            guard !isTooLarge, !isStillTooLarge else { throw problem(Self.wholeNumbers, "a larger one") }
            value = sum
            position += 1
        }
        let hasLeadingZero = position - start > 1 && bytes[start] == UInt8(ascii: "0")
        guard position > start, !hasLeadingZero, !isAtAny(of: ".eE") else {
            position = start
            throw unexpected(butWanted: Self.wholeNumbers)
        }
        return value
    }

    /// A string, its escapes resolved.
    mutating func string(_ expected: String = "a string") throws(HeaderProblem) -> String {
        try consume("\"", expected)
        let start = position
        while position < bytes.count, bytes[position] != UInt8(ascii: "\""), bytes[position] != UInt8(ascii: "\\") {
            try refuseControlCharacter()
            position += 1
        }
        var text: [UInt8]? = nil  // only strings with escapes are assembled
        if isAtAny(of: "\\") {
            text = Array(bytes[start..<position])
            while position < bytes.count, bytes[position] != UInt8(ascii: "\"") {
                try refuseControlCharacter()
                if bytes[position] == UInt8(ascii: "\\") {
                    position += 1
                    text?.append(contentsOf: try escapedCharacter().utf8)
                } else {
                    text?.append(bytes[position])
                    position += 1
                }
            }
        }
        let end = position
        try consume("\"", "the end of a string")
        guard
            let string = text.map({ String(validating: $0, as: UTF8.self) })
                ?? String(validating: bytes[start..<end], as: UTF8.self)
        else { throw problem("text in UTF-8", "other bytes after byte \(start) of the JSON text") }
        return string
    }

    /// Checks that nothing but white space is left.
    mutating func end() throws(HeaderProblem) {
        skipSpace()
        if position < bytes.count { throw unexpected(butWanted: "nothing after the object") }
    }

    /// The problem that `expected` is not what stands here.
    func unexpected(butWanted expected: String) -> HeaderProblem {
        guard position < bytes.count else { return problem(expected, "the end of the JSON text") }
        let byte = bytes[position]
        let found =
            switch byte {
            case UInt8(ascii: "{"): "an object"
            case UInt8(ascii: "["): "an array"
            case UInt8(ascii: "\""): "a string"
            case UInt8(ascii: "t"), UInt8(ascii: "f"): "a truth value"
            case UInt8(ascii: "n"): "null"
            case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): "another number"
            default: byte < 0x80 ? String(UnicodeScalar(byte)).quoted : "the byte 0x" + String(byte, radix: 16)
            }
        return problem(expected, "\(found) at byte \(position) of the JSON text")
    }

    private func problem(_ expected: String, _ found: String) -> HeaderProblem {
        HeaderProblem(.malformedHeader, expected: expected, found: found)
    }

    private mutating func hasNext(until closing: Unicode.Scalar) throws(HeaderProblem) -> Bool {
        skipSpace()
        defer { isAtOpening = false }
        if isAtAny(of: String(closing)) {
            position += 1
            return false
        }
        if !isAtOpening { try consume(",", "a comma or \"\(closing)\"") }
        return true
    }

    private mutating func consume(_ scalar: Unicode.Scalar, _ expected: String) throws(HeaderProblem) {
        skipSpace()
        guard position < bytes.count, bytes[position] == UInt8(ascii: scalar) else {
            throw unexpected(butWanted: expected)
        }
        position += 1
    }

    private mutating func skipSpace() {
        while position < bytes.count, bytes[position].isSpace { position += 1 }
    }

    private func isAtAny(of scalars: String) -> Bool {
        position < bytes.count && scalars.utf8.contains(bytes[position])
    }

    private func refuseControlCharacter() throws(HeaderProblem) {
        if bytes[position] < 0x20 { throw unexpected(butWanted: "text without control characters") }
    }

    /// What the escape sequence after a backslash stands for.
    private mutating func escapedCharacter() throws(HeaderProblem) -> Character {
        guard position < bytes.count else { throw unexpected(butWanted: "an escape sequence") }
        let letter = bytes[position]
        position += 1
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Character(UnicodeScalar(letter))
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return Character(try escapedScalar())
        default:
            position -= 1
            throw unexpected(butWanted: "an escape sequence")
        }
    }

    /// The scalar of `\uXXXX`, or of two of them that form a surrogate pair.
    private mutating func escapedScalar() throws(HeaderProblem) -> Unicode.Scalar {
        let first = try codeUnit()
        if let scalar = Unicode.Scalar(first) { return scalar }
        let isPair = first < 0xDC00 && bytes[position...].starts(with: [UInt8(ascii: "\\"), UInt8(ascii: "u")])
        if isPair { position += 2 }
        guard isPair, case let second = try codeUnit(), 0xDC00...0xDFFF ~= second,
            let scalar = Unicode.Scalar(0x10000 + (UInt32(first) - 0xD800) << 10 + (UInt32(second) - 0xDC00))
        else { throw unexpected(butWanted: "the second half of a surrogate pair") }
        return scalar
    }

    private mutating func codeUnit() throws(HeaderProblem) -> UInt16 {
        guard bytes.count - position >= 4, bytes[position..<position + 4].allSatisfy(\.isHexDigit),
            let unit = UInt16(String(decoding: bytes[position..<position + 4], as: UTF8.self), radix: 16)
        else { throw unexpected(butWanted: "four hexadecimal digits") }
        position += 4
        return unit
    }
}

extension UInt8 {
    fileprivate var isDigit: Bool { UInt8(ascii: "0")...UInt8(ascii: "9") ~= self }

    fileprivate var isSpace: Bool { self == 0x20 || self == 0x0A || self == 0x0D || self == 0x09 }

    fileprivate var isHexDigit: Bool {
        isDigit || UInt8(ascii: "a")...UInt8(ascii: "f") ~= (self | 0x20)
    }
}
