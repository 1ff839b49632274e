import Cluster

/// A worker that is only played: it computes what it was offered one after another, and misbehaves as it is told.
struct SimulatedWorker {
    /// Its lasting traits.
    struct Character {
        /// Units of work a second.
        var speed = 1.0
        /// How likely a task takes `stragglerFactor` times as long.
        var stragglers = 0.0
        var stragglerFactor = 10.0
        /// How likely each of these befalls a task.
        var crashes = 0.0
        var freezes = 0.0
        var halfOpens = 0.0
        var declines = 0.0
        var failures = 0.0
        var lies = 0.0
        var duplicates = 0.0
    }

    /// What the network and the process do to it.
    enum Condition {
        case well
        /// Nothing comes from it until it thaws; then what it had done comes late.
        case frozen
        /// Nothing comes from it any more, and nobody says so.
        case unreachable
    }

    var id: WorkerID
    var description: WorkerDescription
    var character: Character
    var condition = Condition.well
    /// What it was offered and has not done, in order.
    var queue: [AttemptID] = []
    /// Counts what it computed.
    var progress: UInt64 = 0
    /// Changes whenever what was planned for it no longer holds.
    var generation = 0
}
