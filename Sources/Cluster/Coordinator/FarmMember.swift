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
    /// What they are, the one that runs first; no more than ``mostTasks``.
    package let current: [Task]

    /// Tasks that are told of one member at most.
    static let mostTasks = 8

    /// A task, without what it computes on.
    package struct Task: Sendable, Hashable {
        /// What whoever began the picture calls it; nil where it was given no name.
        package let label: UInt64?
        /// What is done.
        package let operation: ClusterOperation
        /// Where it stands among others of its kind; nil for what was not cut.
        package let position: TaskPosition?
    }

    private init(name: String, isAvailable: Bool, isHeld: Bool, tasks: Int, current: [Task]) {
        self.name = name
        self.isAvailable = isAvailable
        self.isHeld = isHeld
        self.tasks = tasks
        self.current = current
    }

    init(_ worker: DispatchSnapshot.Worker, current: [Task]) {
        self.init(
            name: worker.name, isAvailable: worker.isAvailable, isHeld: worker.isHeld, tasks: worker.attempts.count,
            current: current)
    }

    /// One that is not connected, and would get nothing if it were.
    init(_ standing: WorkerStanding) {
        self.init(name: standing.name, isAvailable: false, isHeld: standing.isHeld, tasks: 0, current: [])
    }

    /// The same, once nothing keeps it from getting tasks but that it is not connected.
    var letBack: FarmMember {
        FarmMember(name: name, isAvailable: false, isHeld: false, tasks: tasks, current: current)
    }
}
