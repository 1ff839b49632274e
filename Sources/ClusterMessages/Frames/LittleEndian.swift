/// Reads little-endian integers one after the other from bytes whose number was checked before.
struct LittleEndianReader<Bytes: Collection<UInt8>> where Bytes.SubSequence == Bytes {
    private var rest: Bytes

    init(_ bytes: Bytes) { rest = bytes }

    /// How many bytes are left.
    var remaining: Int { rest.count }

    /// The next `count` bytes; fewer at the end.
    mutating func bytes(_ count: Int) -> Bytes {
        let bytes = rest.prefix(count)
        rest = rest.dropFirst(count)
        return bytes
    }

    /// The next integer; what is missing at the end counts as zero.
    mutating func integer<Number: FixedWidthInteger & UnsignedInteger>(_: Number.Type) -> Number {
        bytes(Number.bitWidth / 8).reversed().reduce(0) { $0 << 8 | Number(truncatingIfNeeded: $1) }
    }
}

extension [UInt8] {
    /// Appends the bytes of an integer, the lowest first.
    mutating func appendLittleEndian<Number: FixedWidthInteger & UnsignedInteger>(_ number: Number) {
        for shift in stride(from: 0, to: Number.bitWidth, by: 8) { append(UInt8(truncatingIfNeeded: number >> shift)) }
    }
}
