import RenderPipeline
import Synchronization
import Tensors

/// Collects the intermediate tensors of a call and writes them to one file.
final class TensorDump: Sendable {
    private let path: String
    private let isNumbered: Bool
    private let tensors = Mutex<[(name: String, tensor: Tensor)]>([])

    /// - Parameters:
    ///   - path: the safetensors file that ``write()`` makes.
    ///   - isNumbered: whether names begin with the number of the picture, because there are several.
    init(path: String, isNumbered: Bool) {
        self.path = path
        self.isNumbered = isNumbered
    }

    func record(picture: Int, _ name: String, _ tensor: Tensor) {
        tensors.withLock { $0.append((isNumbered ? "\(picture).\(name)" : name, tensor)) }
    }

    func write() throws {
        try SafetensorsWriter.write(tensors.withLock { $0 }, metadata: ["format": "pt"], to: path)
    }
}
