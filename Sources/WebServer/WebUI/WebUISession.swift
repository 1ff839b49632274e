import RenderJobs
import Synchronization

/// What clients of the web UI wait for: that asks "the progress" and interrupts "the job", as if there were one.
final class WebUISession: Sendable {
    private let waiting = Mutex<[String: [RenderJob.ID]]>([:])

    /// The jobs that somebody waits for, the first ones first.
    func jobs(of owner: String) -> [RenderJob.ID] { waiting.withLock { $0[owner] ?? [] } }

    func begin(_ jobs: [RenderJob.ID], of owner: String) { waiting.withLock { $0[owner, default: []] += jobs } }

    func end(_ jobs: Set<RenderJob.ID>, of owner: String) {
        waiting.withLock {
            let left = ($0[owner] ?? []).filter { !jobs.contains($0) }
            $0[owner] = left.isEmpty ? nil : left
        }
    }
}
