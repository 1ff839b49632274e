import Cluster
import ClusterMessages
import DiffusionModels
import Foundation
import RenderPipeline
import Tensors

/// The embedded model, read once, and something to compute with it.
struct TestModel {
    /// What the tests call its files.
    static let digest = ContentDigest(of: Array("embedded".utf8))
    /// What every test worker answers to the canary.
    static let numericsClass = ContentDigest(of: Array("class".utf8))

    private static let loaded = Result {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../../Sources/DiffusionModels/Resources/models/landscape").standardizedFileURL
        return TestModel(try DiffusionModel.load(folder: folder.path))
    }

    static var shared: TestModel { get throws { try loaded.get() } }

    let diffusion: DiffusionModel

    private init(_ diffusion: DiffusionModel) { self.diffusion = diffusion }

    /// A device of its own: nothing that one holds is held by another.
    func device() -> LocalExecutor { LocalExecutor(model: diffusion, backend: CPUBackend(threads: 1)) }

    func runner(_ device: LocalExecutor) -> DeviceTaskRunner {
        DeviceTaskRunner(executor: device, model: diffusion, memory: .unlimited)
    }

    /// Latents, always the same for the same numbers.
    func latents(_ height: Int, _ width: Int, seed: UInt64 = 3) -> Tensor {
        var generator = TorchGenerator(seed: seed)
        return generator.randn(shape: [1, height, width, 4])
    }

    /// A picture in −1...1.
    func picture(_ height: Int, _ width: Int) -> Tensor {
        var generator = TorchGenerator(seed: 4)
        return CPUBackend(threads: 1).clamp(generator.randn(shape: [1, height, width, 3]), to: -1...1)
    }
}

extension Tensor {
    /// Whether both have the same shape and the same bytes. A comparison of its own: the difference that `#expect` works
    /// out between two arrays takes hours for those of a picture.
    func hasSameBytes(as other: Tensor) -> Bool {
        shape == other.shape && bytes(in: 0..<byteCount) == other.bytes(in: 0..<other.byteCount)
    }
}
