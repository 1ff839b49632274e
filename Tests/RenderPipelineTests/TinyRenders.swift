import DiffusionModels
import Foundation
import RenderPipeline
import Tensors
import TestSupport

/// Renders with a small model that is read once.
struct TinyRenders {
    private let executor: LocalExecutor
    private let scheduler: SamplerConfiguration

    /// Three stages in a fraction of a second.
    static var request: RenderRequest {
        var request = RenderRequest(prompt: "a lighthouse", size: Extent(height: 192, width: 256), seed: 5)
        request.nativeSize = 128
        request.steps = 4
        request.substages = [.eta2(0.5), .eta2(0.5)]
        request.guidanceScale = 4
        return request
    }

    init() throws {
        let model = try DiffusionModel.load(folder: GoldenFile.folder.appending(path: "models/sdxl-a").path)
        executor = LocalExecutor(model: model, backend: CPUBackend(threads: 2))
        scheduler = try SamplerConfiguration(schedulerFile: model.schedulerConfigurationPath)
    }

    func plan(_ request: RenderRequest) throws -> RenderPlan {
        try RenderPlan(request, model: executor.model, scheduler: scheduler)
    }

    func render(
        _ request: RenderRequest, inputs: RenderInputs = RenderInputs(), observer: RenderObserver = RenderObserver(),
        checkpoints: RenderCheckpoints? = nil
    ) async throws -> RenderedPicture {
        try await Renderer(executor: executor).render(
            try plan(request), inputs: inputs, observer: observer, checkpoints: checkpoints)
    }
}

extension Tensor {
    /// Whether both have the same shape and elements. A comparison of its own: the difference that `#expect` works out
    /// between two arrays takes hours for those of a picture.
    func isSame(as other: Tensor) -> Bool { shape == other.shape && values == other.values }
}

/// Tensors by the names under which they were reported.
final class RecordedTensors: @unchecked Sendable {  // guarded by the lock
    private let lock = NSLock()
    private var tensors: [String: Tensor] = [:]

    func append(_ name: String, _ tensor: Tensor) { lock.withLock { tensors[name] = tensor } }
    subscript(name: String) -> Tensor? { lock.withLock { tensors[name] } }
}
