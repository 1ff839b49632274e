import Cluster
import ClusterMessages
import Synchronization
import Tensors

/// What stands for a device in load tests: tasks take the time that a scenario declares, and their results have the
/// right shape and mean nothing. Everything else of the worker is real.
struct SimulatedShelf: ModelShelf {
    /// The model that all simulated tasks ask for.
    static let model = ContentDigest(of: Array("a model of a load test".utf8))
    private static let numericsClass = ContentDigest(of: Array("the numerics of a load test".utf8))

    private let runner: SimulatedRunner
    private let steps = StepCount()

    init(_ scenario: LoadScenario, worker: Int) {
        // Speeds are spread evenly between the fastest and the slowest.
        let place = scenario.workers > 1 ? Double(worker) / Double(scenario.workers - 1) : 0
        runner = SimulatedRunner(
            scenario, slowness: 1 + (scenario.slowest - 1) * place,
            seed: scenario.seed &* 0x9e37_79b9_7f4a_7c15 &+ UInt64(worker), steps: steps)
    }

    var models: [ContentDigest] { [Self.model] }
    var memory: Int { 1 << 30 }
    var threads: Int { 1 }
    var deviceName: String { "simulated" }
    var progress: UInt64 { steps.value }

    func canary() -> CanaryResult {
        CanaryResult(numericsClass: Self.numericsClass, nanoseconds: 10_000_000, processor: "simulated")
    }

    func runner(for model: ContentDigest) -> (any TaskRunner)? { model == Self.model ? runner : nil }

    func add(_ place: DeviceModelShelf.Place) {}

    func close(session: UInt64) {}

    /// The numerics class that all simulated workers are of.
    static var numerics: NumericsClass { NumericsClass(numericsClass.hexadecimal) }
}

/// Counts what was done.
private final class StepCount: Sendable {
    private let count = Atomic<UInt64>(0)

    var value: UInt64 { count.load(ordering: .relaxed) }

    func add() { count.wrappingAdd(1, ordering: .relaxed) }
}

/// Takes as long as the scenario says.
private final class SimulatedRunner: TaskRunner {
    private let scenario: LoadScenario
    private let slowness: Double
    private let generator: Mutex<SplitMix>
    private let steps: StepCount
    /// The last result: making one is computing, which is not what is measured.
    private let result = Mutex<Tensor?>(nil)

    init(_ scenario: LoadScenario, slowness: Double, seed: UInt64, steps: StepCount) {
        self.scenario = scenario
        self.slowness = slowness
        self.steps = steps
        generator = Mutex(SplitMix(state: seed))
    }

    func run(
        _ operation: TaskOperation, inputs: [Tensor], progress: @escaping @Sendable (Double) -> Void
    ) async throws -> TaskOutput {
        guard case .upsample(let size) = operation, let input = inputs.first, input.shape.count == 4 else {
            throw TaskRunnerError.unsupported("only resampling is simulated")
        }
        let seconds = generator.withLock { generator in
            let straggles = Double.random(in: 0..<1, using: &generator) < scenario.stragglers
            let factor = 1 + scenario.spread * Double.random(in: -1...1, using: &generator)
            return scenario.taskSeconds * slowness * factor * (straggles ? 10 : 1)
        }
        let end = ContinuousClock.now + .seconds(seconds)
        while ContinuousClock.now < end {
            // A device makes progress while it computes; without it the task would be taken back.
            try await Task.sleep(for: min(.milliseconds(500), end - .now))
            steps.add()
        }
        let shape = [1, size.height, size.width, input.shape[3]]
        let output = result.withLock { result in
            if let result, result.shape == shape { return result }
            let made = Tensor(shape: shape)
            result = made
            return made
        }
        return TaskOutput([output])
    }

    func close(session: UInt64) {}
}

/// A generator of random numbers that a seed decides (Steele, Lea and Flood's SplitMix64).
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}
