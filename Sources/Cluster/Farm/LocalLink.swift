import ClusterMessages
import Synchronization
import Tensors

/// The coordinator's own device, as one worker of the farm.
final class LocalLink: Sendable {
    private let runner: any TaskRunner
    private let state = Mutex<State>(State())

    private struct State {
        var held: Set<HeldInput> = []
        var running: [AttemptID: Task<Void, Never>] = [:]
    }

    /// - Parameter runner: what computes.
    init(_ runner: any TaskRunner) { self.runner = runner }

    /// Carries out an attempt beside the caller.
    ///
    /// - Parameters:
    ///   - attempt: which.
    ///   - task: what is to be done.
    ///   - advance: takes the share that is done, 0...1.
    ///   - report: takes what became of it, and how long computing took.
    func run(
        _ attempt: AttemptID, _ task: ClusterTask, advance: @escaping @Sendable (_ share: Double) async -> Void,
        report: @escaping @Sendable (Result<TaskOutput, any Error>, _ seconds: Double) async -> Void
    ) {
        state.withLock { state in
            state.running[attempt] = Task {
                let start = ContinuousClock.now
                let result: Result<TaskOutput, any Error>
                do {
                    result = .success(try await self.run(task) { share in Task { await advance(share) } })
                } catch {
                    result = .failure(error)
                }
                self.state.withLock { $0.running[attempt] = nil }
                await report(result, (ContinuousClock.now - start) / .seconds(1))
            }
        }
    }

    private func run(
        _ task: ClusterTask, progress: @escaping @Sendable (Double) -> Void
    ) async throws -> TaskOutput {
        if task.isHeld(in: state.withLock(\.held)) {
            do {
                return try await runner.run(
                    task.operation, inputs: task.sentInputs(isHeld: true).map(\.tensor), progress: progress)
            } catch TaskRunnerError.inputMissing {
                // It was let go for another session.
            }
        }
        let output = try await runner.run(
            task.operation, inputs: task.inputs.map(\.tensor), progress: progress)
        state.withLock { $0.held.formUnion(task.held) }
        return output
    }

    /// Stops an attempt as soon as it can be.
    func cancel(_ attempt: AttemptID) { state.withLock { $0.running[attempt] }?.cancel() }

    /// Forgets what is held of a session.
    func end(session: UInt64) {
        state.withLock { state in state.held = state.held.filter { $0.session != session } }
        Task { await runner.close(session: session) }
    }
}

extension ClusterTask {
    /// Whether somebody who holds these holds all of it that may be held: a part of it is no help.
    func isHeld(in inputs: Set<HeldInput>) -> Bool { !held.isEmpty && inputs.isSuperset(of: held) }

    /// The inputs that have to be sent.
    func sentInputs(isHeld: Bool) -> [TaskInput] {
        guard isHeld else { return inputs }
        return inputs.filter { input in
            if case .held = input { false } else { true }
        }
    }
}
