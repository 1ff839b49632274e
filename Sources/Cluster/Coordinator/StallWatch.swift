package import Logging

/// Tells when tasks wait that nobody can take, and gives up where nobody can come who could.
package struct StallWatch: Sendable {
    /// So many looks in a row that find nobody are told, and so many more before that is told again.
    private static let patience = 3
    private static let repetition = 15

    private let farm: Farm
    private let expectsWorkers: Bool
    private let obstructionLimit: Duration?
    private let interval: Duration
    private let log: Logger

    /// - Parameters:
    ///   - farm: whose tasks may wait.
    ///   - expectsWorkers: whether workers may come that nobody has started yet.
    ///   - obstructionLimit: how long a job waits for somebody who can take its tasks while others are connected; nil for
    ///     ever.
    ///   - interval: how often it looks.
    ///   - log: where it is told.
    package init(
        farm: Farm, expectsWorkers: Bool, obstructionLimit: Duration?, interval: Duration = .seconds(2), log: Logger
    ) {
        self.farm = farm
        self.expectsWorkers = expectsWorkers
        self.obstructionLimit = obstructionLimit
        self.interval = interval
        self.log = log
    }

    /// Looks until the task is cancelled.
    package func run() async throws {
        var looks = 0
        var obstructed: [JobID: ContinuousClock.Instant] = [:]
        while true {
            try await Task.sleep(for: interval)
            if let obstructionLimit { await giveUp(&obstructed, after: obstructionLimit) }
            guard let obstacles = await farm.obstacles else {
                looks = 0
                continue
            }
            looks += 1
            guard looks >= Self.patience else { continue }
            // Those that never joined may be about to.
            if obstacles.isEmpty, !expectsWorkers, await farm.statistics.joined > 0 {
                await farm.fail(
                    ClusterError(
                        .network, "all workers of this host have ended, and nobody else can come",
                        remedy: "see their last words above, or leave out --dispatch-only"))
            } else if (looks - Self.patience).isMultiple(of: Self.repetition) {
                let reason = obstacles.isEmpty ? "no worker is connected" : obstacles.joined(separator: "; ")
                log.warning("nobody can take the tasks that wait", metadata: ["reason": "\(reason)"])
            }
        }
    }

    /// Gives up jobs that have been obstructed at every look for so long: others could have their place.
    private func giveUp(_ since: inout [JobID: ContinuousClock.Instant], after limit: Duration) async {
        let jobs = await farm.obstructedJobs
        let now = ContinuousClock.now
        since = since.filter { jobs[$0.key] != nil }
        for (job, lines) in jobs {
            guard now - since[job, default: now] >= limit else {
                since[job] = since[job] ?? now
                continue
            }
            since[job] = nil
            await farm.fail(
                job,
                ClusterError(
                    .tasksFailed, "nobody who is connected can take its tasks: " + lines.joined(separator: "; "),
                    remedy: "start a worker that can, and try again"))
        }
    }
}
