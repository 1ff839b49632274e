public import Cluster
public import Logging

/// The simulated workers of a load test.
public struct LoadWorkers: Sendable {
    private let scenario: LoadScenario
    private let coordinator: Endpoint
    private let log: Logger

    /// - Parameters:
    ///   - scenario: how many there are and what they take.
    ///   - coordinator: where they connect.
    ///   - log: where what happens is told.
    public init(_ scenario: LoadScenario, coordinator: Endpoint, log: Logger) {
        self.scenario = scenario
        self.coordinator = coordinator
        self.log = log
    }

    /// Works until the task is cancelled.
    public func run() async {
        await withTaskGroup(of: Void.self) { group in
            for worker in 0..<scenario.workers { group.addTask { await work(worker) } }
        }
    }

    /// One worker; it is lost and comes back as often as the scenario says.
    private func work(_ worker: Int) async {
        var generator = SplitMix(state: scenario.seed &+ UInt64(worker) &* 7919)
        while !Task.isCancelled {
            let node = WorkerNode(
                WorkerNode.Options(
                    coordinator: coordinator, name: "simulated-\(worker)", software: "apldm-load", token: nil,
                    security: nil),
                shelf: SimulatedShelf(scenario, worker: worker), log: log)
            let work = Task { try await node.run() }
            await withTaskCancellationHandler {
                guard scenario.lostWorkersPerSecond > 0 else {
                    _ = await work.result
                    return
                }
                let mean = Double(scenario.workers) / scenario.lostWorkersPerSecond
                try? await Task.sleep(for: .seconds(mean * Double.random(in: 0.5...1.5, using: &generator)))
                // Cut off in the middle of whatever it does.
                work.cancel()
                _ = await work.result
            } onCancel: {
                work.cancel()
            }
        }
    }
}
