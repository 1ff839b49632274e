import DiffusionModels
import Foundation
import Tensors

/// A component's folder, which goes away with the last reference.
final class ComponentFolder: Sendable {
    let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appending(path: "apldm-component-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    /// A folder with the one file `model.safetensors`.
    convenience init(_ tensors: [String: Tensor]) throws {
        try self.init()
        try write(tensors, to: "model.safetensors")
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    func write(_ tensors: [String: Tensor], to name: String) throws {
        try SafetensorsWriter.write(tensors.map { ($0.key, $0.value) }, to: url.appending(path: name).path)
    }

    func write(_ text: String, to name: String) throws {
        try Data(text.utf8).write(to: url.appending(path: name))
    }

    /// One tensor of the type and with the bytes given.
    func write(tensor name: String, _ type: ElementType, shape: [Int], bytes: [UInt8], to file: String) throws {
        let header = Array(
            #"{"\#(name)":{"dtype":"\#(type.rawValue)","shape":\#(shape),"data_offsets":[0,\#(bytes.count)]}}"#.utf8)
        let length = withUnsafeBytes(of: UInt64(header.count).littleEndian) { Array($0) }
        try Data(length + header + bytes).write(to: url.appending(path: file))
    }

    func open(variant: String? = nil) throws(ModelError) -> WeightFiles {
        try WeightFiles(component: url, stem: "model", variant: variant)
    }
}

extension Tensor {
    /// A tensor of `shape` with the values 0, 1, 2, …
    static func counting(_ shape: Int...) -> Tensor {
        Tensor(shape: shape, values: (0..<shape.reduce(1, *)).map(Float.init))
    }
}
