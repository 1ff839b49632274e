/// A worker, or the coordinator's own device, as those see it who look after a farm.
public struct FarmMember: Sendable, Hashable {
    /// What it is called.
    public let name: String
    /// Whether it may be given tasks.
    public let isAvailable: Bool
    /// Whether it gets nothing until somebody says otherwise.
    public let isHeld: Bool
    /// How many tasks it has.
    public let tasks: Int

    init(_ worker: DispatchSnapshot.Worker) {
        name = worker.name
        isAvailable = worker.isAvailable
        isHeld = worker.isHeld
        tasks = worker.attempts.count
    }
}
