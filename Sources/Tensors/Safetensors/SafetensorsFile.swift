/// A safetensors file, memory-mapped and read only: an 8-byte length, a JSON header, then the elements.
///
/// Opening reads and checks the header alone. Weights are used where they lie in the mapping, so a model takes
/// memory only for the pages in use. The file must not change while it is open: the system ends a process that
/// reads a mapping behind the end of a file that was cut short.
public struct SafetensorsFile: Sendable {
    /// The path as it was given.
    public let path: String
    /// Every tensor by name.
    public let tensors: [String: TensorDescriptor]
    /// The free text in the header, for example `format: pt`.
    public let metadata: [String: String]

    let storage: Storage

    /// Opens the file at `path` and checks its header.
    public init(path: String) throws(SafetensorsError) {
        self.path = path
        storage = try Storage(mappingFileAt: path)
        let bytes = UnsafeRawBufferPointer(start: storage.base, count: storage.byteCount)
        let text: [UInt8]
        do throws(HeaderProblem) {
            text = try Self.headerText(in: bytes)
        } catch {
            throw error.located(file: path)
        }
        let header = try SafetensorsHeader(
            text: text, dataStart: Self.lengthByteCount + text.count, fileSize: bytes.count, file: path)
        tensors = header.tensors
        metadata = header.metadata
        withExtendedLifetime(storage) {}
    }

    /// Bytes of the header's length at the beginning.
    static let lengthByteCount = 8

    /// A copy of the header's bytes, which a writer of the file cannot change under the parser.
    private static func headerText(in bytes: UnsafeRawBufferPointer) throws(HeaderProblem) -> [UInt8] {
        let foreign = ForeignFormat(prefix: bytes.prefix(ForeignFormat.prefixLength)).map {
            HeaderProblem(.foreignFormat, expected: "a safetensors file", found: $0.found, remedy: $0.remedy)
        }
        let cutOff = "the file was cut off, or is still being fetched: fetch it again"
        guard bytes.count >= lengthByteCount else {
            throw foreign
                ?? HeaderProblem(
                    .truncated, expected: "at least \(lengthByteCount) bytes", found: "\(bytes.count)", remedy: cutOff)
        }
        let length = UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self))
        // Any two bytes can begin the length of a real header, so what else the file might be is asked only when
        // it does not go on like a header.
        if bytes.count > lengthByteCount, bytes[lengthByteCount] != UInt8(ascii: "{") {
            throw foreign
                ?? HeaderProblem(
                    .malformedHeader, expected: "a header that begins with \"{\"",
                    found: "the byte 0x\(String(bytes[lengthByteCount], radix: 16))",
                    remedy: "this is not a safetensors file, or it is damaged")
        }
        guard length <= UInt64(SafetensorsHeader.maximumByteCount) else {
            throw foreign
                ?? HeaderProblem(
                    .headerTooLarge, expected: "a header of at most \(SafetensorsHeader.maximumByteCount) bytes",
                    found: "one of \(length)", remedy: "this is not a safetensors file, or it is damaged")
        }
        let end = lengthByteCount + Int(length)
        guard end <= bytes.count else {
            throw HeaderProblem(
                .truncated, expected: "at least \(end) bytes, where the header ends", found: "\(bytes.count)",
                remedy: cutOff)
        }
        return Array(bytes[lengthByteCount..<end])
    }
}
