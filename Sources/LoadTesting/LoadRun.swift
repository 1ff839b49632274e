public import Cluster
import ClusterMessages
public import Logging
import RenderPipeline
import Synchronization
import Tensors

/// A load test: a real coordinator, and jobs whose tasks simulated workers carry out.
public final class LoadRun: Sendable {
    private let scenario: LoadScenario
    private let farm: Farm
    private let listener: WorkerListener
    private let serving: Task<Void, any Error>
    private let times = Mutex(Times())
    private let input: Tensor

    private struct Times {
        var waits: [Double] = []
        var jobs: [Double] = []
        var failed = 0
    }

    /// Where workers connect.
    public let endpoint: Endpoint

    /// Begins to listen, on this host alone.
    ///
    /// - Parameters:
    ///   - scenario: what is to be done.
    ///   - log: where what happens is told.
    /// - Throws: ``ClusterError`` when it cannot listen.
    public init(_ scenario: LoadScenario, log: Logger) async throws {
        self.scenario = scenario
        input = Tensor(shape: [1, scenario.inputEdge, scenario.inputEdge, 3])
        let farm = Farm(epoch: 1, policy: DispatchPolicy(), device: nil, log: log)
        let terms = HandshakeTerms(node: "load", software: "apldm-load", token: nil, epoch: 1)
        let listener = try await WorkerListener(
            Endpoint(host: "127.0.0.1", port: 0), security: nil, terms: terms, farm: farm, wantedModels: [],
            compression: .never, log: log)
        self.farm = farm
        self.listener = listener
        endpoint = Endpoint(host: "127.0.0.1", port: listener.port)
        serving = Task { try await listener.run() }
    }

    deinit { serving.cancel() }

    /// Submits all jobs and waits for them.
    ///
    /// - Parameter progress: called every second with the jobs that are done.
    /// - Returns: what it took.
    /// - Throws: `CancellationError`.
    public func run(progress: @escaping @Sendable (Int) -> Void) async throws -> LoadReport {
        try await farm.waitForWorkers(scenario.workers)
        let before = HostUsage.processorSeconds
        let start = ContinuousClock.now
        let watch = Task {
            var memory: [Int] = []
            while (try? await Task.sleep(for: .seconds(1))) != nil {
                memory.append(HostUsage.residentMemory)
                progress(self.times.withLock { $0.jobs.count })
            }
            return memory
        }
        try await submit()
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        let used = HostUsage.processorSeconds
        watch.cancel()
        let memory = await watch.value
        let statistics = await farm.statistics
        serving.cancel()
        let times = times.withLock { $0 }
        return LoadReport(
            scenario: scenario, seconds: seconds, idealSeconds: idealSeconds, failedJobs: times.failed,
            taskWaits: Quantiles(times.waits), jobTimes: Quantiles(times.jobs), attempts: statistics.attempts,
            results: statistics.results, joined: statistics.joined, nondeterminism: statistics.nondeterminism,
            processorSeconds: used - before,
            dispatchSeconds: statistics.dispatchSeconds, peakMemoryBytes: HostUsage.peakMemory,
            memoryBytes: memory)
    }

    /// What all workers together would take if nothing were ever waited for.
    private var idealSeconds: Double {
        let speeds = (0..<scenario.workers).map { worker in
            let place = scenario.workers > 1 ? Double(worker) / Double(scenario.workers - 1) : 0
            return 1 / (1 + (scenario.slowest - 1) * place)
        }
        let mean = scenario.taskSeconds * (1 + 9 * scenario.stragglers)
        return mean * Double(scenario.tasks) / speeds.reduce(0, +)
    }

    private func submit() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            let start = ContinuousClock.now
            for job in 0..<scenario.jobs {
                if let rate = scenario.jobsPerSecond {
                    try await Task.sleep(until: start + .seconds(Double(job) / rate), clock: .continuous)
                }
                group.addTask { try await self.carryOut(job) }
            }
            try await group.waitForAll()
        }
    }

    /// One job: rounds of tasks, the next once the one before is complete.
    private func carryOut(_ number: Int) async throws {
        let start = ContinuousClock.now
        let job = await farm.beginJob(
            tenant: TenantID("tenant-\(number % 4)"), numericsClass: SimulatedShelf.numerics)
        do {
            for _ in 0..<scenario.rounds {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for _ in 0..<scenario.tasksPerJob { group.addTask { try await self.carryOutTask(in: job) } }
                    try await group.waitForAll()
                }
            }
            times.withLock { $0.jobs.append((ContinuousClock.now - start) / .seconds(1)) }
        } catch is ClusterError {
            times.withLock { $0.failed += 1 }
        }
        await farm.endJob(job)
    }

    private func carryOutTask(in job: JobID) async throws {
        let output = scenario.outputEdge
        let task = ClusterTask(
            .upsample(to: PixelSize(height: output, width: output)), model: SimulatedShelf.model,
            inputs: [.inline(input)],
            outputShapes: [[1, output, output, 3]], work: 1e9, sizes: [scenario.inputEdge, output])
        let start = ContinuousClock.now
        _ = try await farm.perform(task, in: job)
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        times.withLock { $0.waits.append(seconds) }
    }
}
