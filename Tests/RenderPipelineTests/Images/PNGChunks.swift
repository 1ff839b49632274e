/// The chunks of a PNG file, taken apart and put together without libpng.
struct PNGChunks {
    struct Chunk {
        var name: String
        var data: [UInt8]
    }

    static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    var chunks: [Chunk]

    var names: [String] { chunks.map(\.name) }

    /// The chunks of a file that is well formed, else nil.
    init?(_ file: [UInt8]) {
        guard file.starts(with: Self.signature) else { return nil }
        chunks = []
        var rest = file.dropFirst(8)
        while !rest.isEmpty {
            guard rest.count >= 12 else { return nil }
            let length = Int(Self.number(rest.prefix(4)))
            guard rest.count >= length + 12 else { return nil }
            let body = rest.dropFirst(4).prefix(length + 4)
            guard Self.number(rest.dropFirst(length + 8).prefix(4)) == Self.checksum(body) else { return nil }
            chunks.append(Chunk(name: String(decoding: body.prefix(4), as: UTF8.self), data: Array(body.dropFirst(4))))
            rest = rest.dropFirst(length + 12)
        }
    }

    /// The file, with right checksums.
    var file: [UInt8] {
        chunks.reduce(into: Self.signature) { file, chunk in
            let body = Array(chunk.name.utf8) + chunk.data
            file += Self.bytes(UInt32(chunk.data.count)) + body + Self.bytes(Self.checksum(body))
        }
    }

    /// Writes the right checksum to every chunk up to the first whose length leaves the file.
    static func repairChecksums(_ file: inout [UInt8]) {
        var position = 8
        while position + 12 <= file.count {
            let length = Int(number(file[position..<position + 4]))
            guard position + 12 + length <= file.count else { return }
            let end = position + 8 + length
            file.replaceSubrange(end..<end + 4, with: bytes(checksum(file[position + 4..<end])))
            position = end + 4
        }
    }

    static func bytes(_ number: UInt32) -> [UInt8] { [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) } }

    private static func number(_ bytes: some Collection<UInt8>) -> UInt32 {
        bytes.reduce(0) { $0 << 8 | UInt32($1) }
    }

    /// CRC-32 as in the appendix of the PNG standard.
    private static func checksum(_ bytes: some Collection<UInt8>) -> UInt32 {
        ~bytes.reduce(~UInt32(0)) { table[Int(UInt8(truncatingIfNeeded: $0) ^ $1)] ^ ($0 >> 8) }
    }

    private static let table: [UInt32] = (0..<256).map { index in
        (0..<8).reduce(UInt32(index)) { value, _ in value & 1 == 1 ? 0xEDB8_8320 ^ (value >> 1) : value >> 1 }
    }
}
