import Synchronization

/// Hands news of jobs to whoever listens.
final class JobEvents: Sendable {
    /// News that wait for a slow listener; the oldest are dropped for newer ones.
    static let mostWaiting = 256
    /// The least progress that is news.
    private static let leastProgress = 0.002

    private struct Listener {
        /// Nil for all jobs.
        let job: RenderJob.ID?
        let continuation: AsyncStream<JobEvent>.Continuation
    }

    private struct State {
        var listeners: [UInt64: Listener] = [:]
        var last: UInt64 = 0
        /// The progress of each running job, and what of it was told last.
        var progress: [RenderJob.ID: (share: Double, told: Double)] = [:]
    }

    private let state = Mutex(State())

    func listen(to job: RenderJob.ID?) -> AsyncStream<JobEvent> {
        let (stream, continuation) = AsyncStream<JobEvent>.makeStream(
            bufferingPolicy: .bufferingNewest(Self.mostWaiting))
        let number = state.withLock { state in
            state.last += 1
            state.listeners[state.last] = Listener(job: job, continuation: continuation)
            return state.last
        }
        continuation.onTermination = { [weak self] _ in self?.remove(number) }
        return stream
    }

    /// The share of a job that is done; nil when it is not being rendered.
    func progress(of id: RenderJob.ID) -> Double? { state.withLock { $0.progress[id]?.share } }

    /// Something has happened to a job. Those who listen to it alone are done when it has ended.
    func changed(_ job: RenderJob) {
        let told = state.withLock { state in
            state.progress[job.id] = job.state.name == .running ? (0, 0) : nil
            return Self.told(state, job.id)
        }
        for listener in told {
            listener.continuation.yield(.changed(job))
            if listener.job != nil, job.state.isFinal { listener.continuation.finish() }
        }
    }

    /// More of a running job is done.
    func progressed(_ id: RenderJob.ID, _ share: Double) {
        let told = state.withLock { state -> [Listener] in
            guard let before = state.progress[id] else { return [] }
            let isNews = abs(share - before.told) >= Self.leastProgress
            state.progress[id] = (share, isNews ? share : before.told)
            return isNews ? Self.told(state, id) : []
        }
        for listener in told { listener.continuation.yield(.progressed(id, share)) }
    }

    /// Nothing happens any more.
    func finish() {
        let all = state.withLock { state in
            defer { state.listeners = [:] }
            return state.listeners.values
        }
        for listener in all { listener.continuation.finish() }
    }

    private static func told(_ state: borrowing State, _ id: RenderJob.ID) -> [Listener] {
        state.listeners.values.filter { $0.job == nil || $0.job == id }
    }

    private func remove(_ number: UInt64) { state.withLock { _ = $0.listeners.removeValue(forKey: number) } }
}
