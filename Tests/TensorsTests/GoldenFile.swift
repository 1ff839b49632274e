import FoundationEssentials

/// The tensors of a safetensors file among the golden fixtures.
struct GoldenFile {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Fixtures")

    struct Entry: Decodable {
        let dtype: String
        let shape: [Int]
        let data_offsets: [Int]
    }

    let entries: [String: Entry]
    private let bytes: Data

    init(_ path: String) throws {
        let file = try Data(contentsOf: Self.folder.appending(path: path))
        let length = file.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
        struct Header: Decodable {
            var entries: [String: Entry] = [:]
            init(from decoder: any Decoder) throws {
                let container = try decoder.container(keyedBy: Name.self)
                for key in container.allKeys where key.stringValue != "__metadata__" {
                    entries[key.stringValue] = try container.decode(Entry.self, forKey: key)
                }
            }
        }
        entries = try JSONDecoder().decode(Header.self, from: file[8..<8 + length]).entries
        bytes = file.dropFirst(8 + length)
    }

    /// The elements of a tensor, whatever their type, in binary64.
    func values(_ name: String) throws -> [Double] {
        guard let entry = entries[name] else { throw Missing(name: name) }
        let slice = [UInt8](
            bytes.dropFirst(entry.data_offsets[0]).prefix(entry.data_offsets[1] - entry.data_offsets[0]))
        return slice.withUnsafeBytes { raw in
            switch entry.dtype {
            case "F64": raw.bindMemory(to: Double.self).map { $0 }
            case "F32": raw.bindMemory(to: Float.self).map { Double($0) }
            case "I64": raw.bindMemory(to: Int64.self).map { Double($0) }
            default: []
            }
        }
    }

    struct Missing: Error {
        let name: String
    }

    private struct Name: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }
}
