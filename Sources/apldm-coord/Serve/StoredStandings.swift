import Cluster
import FoundationEssentials
import JobDatabase
import Logging

/// Remembers in the database of jobs which workers get nothing.
struct StoredStandings {
    let store: DatabaseJobStore
    let log: Logger

    /// How the workers stood when the coordinator ended.
    func restored() async throws -> [WorkerStanding] {
        try await store.blockedWorkers().map { worker in
            WorkerStanding(
                name: worker.name, isHeld: worker.isHeld,
                setAsideSeconds: worker.setAsideUntil?.timeIntervalSinceNow, timesSetAside: worker.timesSetAside)
        }
    }

    /// Takes note of how a worker stands now.
    @Sendable func note(_ standing: WorkerStanding) {
        let worker = BlockedWorker(
            name: standing.name, isHeld: standing.isHeld,
            setAsideUntil: standing.setAsideSeconds.map { Date(timeIntervalSinceNow: $0) },
            timesSetAside: standing.timesSetAside)
        store.note(worker) { [log] error in
            log.error(
                "how a worker stands is not written down",
                metadata: ["worker": "\(standing.name)", "reason": "\(error)"])
        }
    }

    /// Waits until what was noted is on the disk, as far as it can be; where it cannot, the log says so.
    func settle() async { try? await store.settle() }
}
