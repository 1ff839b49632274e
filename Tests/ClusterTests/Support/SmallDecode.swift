import Cluster
import RenderPipeline
import Tensors
import Testing

/// A decode in two tiles, which takes some forty tasks, and the bytes that it has to give.
struct SmallDecode {
    private static let latents = Result { try TestModel.shared.latents(16, 32) }
    let expected: Tensor

    init() async throws { expected = try await Self.decode(on: try TestModel.shared.device()) }

    static func decode(on executor: some Executor) async throws -> Tensor {
        try await executor.decode(try latents.get(), tiling: .exact(core: 16)) { _ in }
    }

    /// Decodes on a farm and compares.
    func isRight(on farm: LoopbackFarm) async throws -> Bool {
        try await Self.decode(on: await farm.executor()).hasSameBytes(as: expected)
    }
}

/// Something that happens once, for those who wait for it.
final class Gate: Sendable {
    private let stream: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation

    init() { (stream, continuation) = AsyncStream.makeStream() }

    func open() { continuation.finish() }

    /// Returns once it is open, or when the task is cancelled.
    func pass() async { for await _ in stream {} }
}
