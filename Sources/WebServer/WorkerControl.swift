public import Telemetry

/// The workers of a coordinator.
public protocol WorkerControl: Sendable {
    /// All that are connected, the coordinator's own device, and those that are drained or set aside and not connected.
    var workers: [WorkerSummary] { get async }
    /// Whether there is anybody who computes.
    var canCompute: Bool { get async }
    /// What is counted about them.
    var figures: [MetricFamily] { get async }

    /// Lets a worker finish what it has and take nothing more, or take tasks again.
    ///
    /// - Parameters:
    ///   - name: which.
    ///   - isDrained: whether it takes nothing more.
    /// - Returns: the worker as it is then; nil when none of that name is connected, drained or set aside.
    func setDrained(_ name: String, _ isDrained: Bool) async -> WorkerSummary?
}

/// A worker as others see it.
public struct WorkerSummary: Sendable, Hashable, Encodable {
    /// What a worker does.
    public enum State: String, Sendable, Hashable, Encodable {
        /// It takes tasks.
        case available
        /// It finishes what it has and takes nothing more until it may again.
        case drained
        /// It takes nothing for now: it failed too often, is not heard of, or is about to go.
        case away
    }

    /// What it is called.
    public var name: String
    /// What it does.
    public var state: State
    /// Tasks that it has.
    public var tasks: Int
    /// Tasks whose result counted.
    public var completedTasks: Int
    /// What of its tasks is known, the one that runs first.
    public var current: [WorkerTask]

    private enum CodingKeys: String, CodingKey {
        case name, state, tasks, current
        case completedTasks = "completed_tasks"
    }

    /// - Parameters:
    ///   - name: what it is called.
    ///   - state: what it does.
    ///   - tasks: tasks that it has.
    ///   - completedTasks: tasks whose result counted.
    ///   - current: what of its tasks is known, the one that runs first.
    public init(name: String, state: State, tasks: Int, completedTasks: Int, current: [WorkerTask] = []) {
        self.name = name
        self.state = state
        self.tasks = tasks
        self.completedTasks = completedTasks
        self.current = current
    }
}
