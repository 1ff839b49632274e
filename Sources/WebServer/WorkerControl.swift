/// The workers of a coordinator.
public protocol WorkerControl: Sendable {
    /// All that are connected, and the coordinator's own device, by name.
    var workers: [WorkerSummary] { get async }
    /// Whether there is anybody who computes.
    var canCompute: Bool { get async }
}

/// A worker as others see it.
public struct WorkerSummary: Sendable, Hashable, Encodable {
    /// What it is called.
    public var name: String
    /// Tasks whose result counted.
    public var completedTasks: Int

    private enum CodingKeys: String, CodingKey {
        case name
        case completedTasks = "completed_tasks"
    }

    /// - Parameters:
    ///   - name: what it is called.
    ///   - completedTasks: tasks whose result counted.
    public init(name: String, completedTasks: Int) {
        self.name = name
        self.completedTasks = completedTasks
    }
}
