import Cluster
import ClusterMessages
import Synchronization
import Tensors

/// A worker's shelf with one model, whose runner the tests can interfere with.
final class TestShelf: ModelShelf {
    /// Runs instead of the device: gets the number of the task on this shelf, from 1, and what the device would do.
    typealias Interference =
        @Sendable (_ task: Int, _ operation: TaskOperation, _ compute: @Sendable () async throws -> TaskOutput)
        async throws -> TaskOutput

    private let runner: any TaskRunner
    private let counter = Mutex(0)

    let memory = 1 << 30
    let threads = 1
    let deviceName = "test"
    let models = [TestModel.digest]
    var progress: UInt64 { UInt64(counter.withLock { $0 }) }

    /// Tasks that came so far.
    var tasks: Int { counter.withLock { $0 } }

    init(_ runner: any TaskRunner, _ interference: Interference? = nil) {
        guard let interference else {
            self.runner = runner
            return
        }
        self.runner = InterferingRunner(runner: runner, interference: interference)
    }

    func canary() -> CanaryResult {
        CanaryResult(numericsClass: TestModel.numericsClass, nanoseconds: 1_000_000, processor: "test")
    }

    func runner(for model: ContentDigest) -> (any TaskRunner)? {
        model == TestModel.digest ? CountingRunner(runner: runner) { self.count() } : nil
    }

    func add(_ place: DeviceModelShelf.Place) {}

    func close(session: UInt64) async { await runner.close(session: session) }

    private func count() { counter.withLock { $0 += 1 } }
}

private struct CountingRunner: TaskRunner {
    let runner: any TaskRunner
    let count: @Sendable () -> Void

    func run(
        _ operation: TaskOperation, inputs: [Tensor], progress: @escaping @Sendable (Double) -> Void
    ) async throws -> TaskOutput {
        count()
        return try await runner.run(operation, inputs: inputs, progress: progress)
    }

    func close(session: UInt64) async { await runner.close(session: session) }
}

private final class InterferingRunner: TaskRunner {
    private let runner: any TaskRunner
    private let interference: TestShelf.Interference
    private let tasks = Mutex(0)

    init(runner: any TaskRunner, interference: @escaping TestShelf.Interference) {
        self.runner = runner
        self.interference = interference
    }

    func run(
        _ operation: TaskOperation, inputs: [Tensor], progress: @escaping @Sendable (Double) -> Void
    ) async throws -> TaskOutput {
        let number = tasks.withLock { tasks in
            tasks += 1
            return tasks
        }
        return try await interference(number, operation) {
            try await self.runner.run(operation, inputs: inputs, progress: progress)
        }
    }

    func close(session: UInt64) async { await runner.close(session: session) }
}
