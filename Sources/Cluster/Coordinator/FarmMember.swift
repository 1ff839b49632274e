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

    private init(name: String, isAvailable: Bool, isHeld: Bool, tasks: Int) {
        self.name = name
        self.isAvailable = isAvailable
        self.isHeld = isHeld
        self.tasks = tasks
    }

    init(_ worker: DispatchSnapshot.Worker) {
        self.init(
            name: worker.name, isAvailable: worker.isAvailable, isHeld: worker.isHeld, tasks: worker.attempts.count)
    }

    /// One that is not connected, and would get nothing if it were.
    init(_ standing: WorkerStanding) {
        self.init(name: standing.name, isAvailable: false, isHeld: standing.isHeld, tasks: 0)
    }

    /// The same, once nothing keeps it from getting tasks but that it is not connected.
    var letBack: FarmMember { FarmMember(name: name, isAvailable: false, isHeld: false, tasks: tasks) }
}
