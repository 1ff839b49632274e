/// One tensor of a safetensors file: how it is stored and where.
public struct TensorDescriptor: Sendable, Hashable {
    /// How each element is stored.
    public let elementType: ElementType
    /// The extent of every dimension, outermost first; empty for a single number.
    public let shape: [Int]
    /// Where the elements lie, in bytes from the beginning of the file.
    public let byteRange: Range<Int>

    /// The number of elements.
    public var count: Int { byteRange.count / elementType.byteWidth }
}

/// The JSON text at the beginning of a safetensors file, checked against the format and against the file's size.
///
/// As strict as the official implementation, which refuses overlaps, holes and bytes that belong to no tensor, and
/// stricter where that one is lenient: duplicate names and unknown fields are errors.
struct SafetensorsHeader {
    /// The most bytes a header may have. That of SDXL's UNet has a quarter of a million; the format's own limit of
    /// 100 million lets a hostile file take gigabytes of memory.
    static let maximumByteCount = 16 << 20

    private(set) var tensors: [String: TensorDescriptor] = [:]
    let metadata: [String: String]

    /// - Parameters:
    ///   - text: the header's bytes.
    ///   - dataStart: where the data begins in the file.
    ///   - fileSize: the bytes the file has.
    ///   - file: its path, for messages.
    /// - Throws: the first thing that is wrong.
    init(text: [UInt8], dataStart: Int, fileSize: Int, file: String) throws(SafetensorsError) {
        var parser = SafetensorsHeaderParser(text)
        do throws(HeaderProblem) {
            try parser.parse()
        } catch {
            throw error.located(file: file, tensor: parser.entry)
        }
        metadata = parser.metadata ?? [:]
        let layout = SafetensorsLayout(dataStart: dataStart, fileSize: fileSize)
        try layout.check(parser.entries, file: file)
        tensors.reserveCapacity(parser.entries.count)
        for entry in parser.entries {
            tensors[entry.name] = TensorDescriptor(
                elementType: entry.elementType, shape: entry.shape,
                byteRange: dataStart + entry.begin..<dataStart + entry.end)
        }
    }
}

/// A tensor as the header states it, before anything is believed.
struct SafetensorsEntry {
    let name: String
    let elementType: ElementType
    let shape: [Int]
    /// The first byte, counted from the beginning of the data.
    let begin: Int
    /// The byte after the last.
    let end: Int
}
