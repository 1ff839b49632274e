import Foundation
import Tensors

/// A path in a folder of its own, which goes away with the last reference.
final class TemporaryFile: Sendable {
    let path: String

    init(_ bytes: some Sequence<UInt8> = [], name: String = "test.safetensors") throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "apldm-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        path = folder.appending(path: name).path
        try replace(with: bytes)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    var folder: String { URL(filePath: path).deletingLastPathComponent().path }

    func open() throws(SafetensorsError) -> SafetensorsFile { try SafetensorsFile(path: path) }

    func replace(with bytes: some Sequence<UInt8>) throws { try Data(bytes).write(to: URL(filePath: path)) }
}

/// The bytes of a file with this header and this many zero bytes of data.
func safetensors(_ header: String, data: Int = 0) -> [UInt8] {
    safetensors(Array(header.utf8), data: [UInt8](repeating: 0, count: data))
}

func safetensors(_ header: [UInt8], data: [UInt8]) -> [UInt8] {
    littleEndian(UInt64(header.count)) + header + data
}

func littleEndian(_ number: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: number.littleEndian) { Array($0) }
}
