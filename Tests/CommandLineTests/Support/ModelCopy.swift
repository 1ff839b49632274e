import Foundation

/// A copy of the tiny model in which something can be broken.
struct ModelCopy {
    let folder: TemporaryFolder
    /// The model's folder.
    var url: URL { folder["model"] }

    init(of model: URL = Render.model) throws {
        folder = try TemporaryFolder()
        try FileManager.default.copyItem(at: model, to: url)
    }

    subscript(path: String) -> URL { url.appending(path: path) }

    func remove(_ path: String) throws { try FileManager.default.removeItem(at: self[path]) }

    func write(_ text: String, to path: String) throws { try Data(text.utf8).write(to: self[path]) }

    /// Changes the keys of a JSON object.
    func edit(_ path: String, _ change: (inout [String: Any]) throws -> Void) throws {
        var object = try Self.object(Data(contentsOf: self[path]))
        try change(&object)
        try JSONSerialization.data(withJSONObject: object).write(to: self[path])
    }

    /// Changes the header of a safetensors file.
    func editHeader(_ path: String, _ change: (inout [String: Any]) throws -> Void) throws {
        let file = try WeightBytes(Data(contentsOf: self[path]))
        var header = try Self.object(file.header)
        try change(&header)
        try WeightBytes(header: JSONSerialization.data(withJSONObject: header), elements: file.elements).data
            .write(to: self[path])
    }

    /// Changes the bytes that follow the header of a safetensors file.
    func editElements(_ path: String, _ change: (inout Data) throws -> Void) throws {
        var file = try WeightBytes(Data(contentsOf: self[path]))
        try change(&file.elements)
        try file.data.write(to: self[path])
    }

    /// Changes what the header says of one tensor.
    func editTensor(_ name: String, in path: String, _ change: (inout [String: Any]) -> Void) throws {
        try editHeader(path) { header in
            guard var entry = header[name] as? [String: Any] else { throw CocoaError(.coderValueNotFound) }
            change(&entry)
            header[name] = entry
        }
    }

    private static func object(_ data: Data) throws -> [String: Any] {
        guard let object = try JSONSerialization.jsonObject(with: data) as? [String: Any] else {
            throw CocoaError(.coderReadCorrupt)
        }
        return object
    }
}

/// The two parts of a safetensors file.
private struct WeightBytes {
    var header: Data
    var elements: Data

    init(header: Data, elements: Data) {
        self.header = header
        self.elements = elements
    }

    init(_ file: Data) {
        let length = file.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
        header = Data(file.dropFirst(8).prefix(length))
        elements = Data(file.dropFirst(8 + length))
    }

    var data: Data {
        let padding = Data(repeating: UInt8(ascii: " "), count: (8 - header.count % 8) % 8)
        let length = UInt64(header.count + padding.count).littleEndian
        return withUnsafeBytes(of: length) { Data($0) } + header + padding + elements
    }
}
