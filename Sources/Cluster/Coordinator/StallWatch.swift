import Logging

/// Tells when tasks wait that nobody can take, and gives up where nobody can come who could.
struct StallWatch {
    /// How often it looks.
    private static let interval = Duration.seconds(2)
    /// So many looks in a row that find nobody are told, and so many more before that is told again.
    private static let patience = 3
    private static let repetition = 15

    let farm: Farm
    /// Whether workers may come that nobody has started yet.
    let expectsWorkers: Bool
    let log: Logger

    /// Looks until the task is cancelled.
    func run() async throws {
        var looks = 0
        while true {
            try await Task.sleep(for: Self.interval)
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
}
