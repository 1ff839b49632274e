/// One connection of a worker. A worker that comes back is another connection under the same name.
package struct WorkerID: Hashable, Comparable, Sendable {
    /// Counted by whoever accepts connections, from 1; 0 is the coordinator's own device.
    package var number: UInt64

    /// The coordinator's own device.
    package static let local = WorkerID(0)

    /// - Parameter number: from 1, never used before in this run of the coordinator.
    package init(_ number: UInt64) { self.number = number }

    package static func < (left: WorkerID, right: WorkerID) -> Bool { left.number < right.number }
}

/// One job among all that the coordinator ever took.
package struct JobID: Hashable, Comparable, Sendable {
    /// Counted by whoever accepts jobs.
    package var number: UInt64

    /// - Parameter number: never used before.
    package init(_ number: UInt64) { self.number = number }

    package static func < (left: JobID, right: JobID) -> Bool { left.number < right.number }
}

/// One task among those of all jobs.
package struct TaskID: Hashable, Comparable, Sendable {
    /// Counted by whoever cuts jobs into tasks.
    package var number: UInt64

    /// - Parameter number: never used before in this run of the coordinator.
    package init(_ number: UInt64) { self.number = number }

    package static func < (left: TaskID, right: TaskID) -> Bool { left.number < right.number }
}

/// One try of a task on one worker. The epoch fences what was handed out before the coordinator started again, the
/// number what was taken back since.
package struct AttemptID: Hashable, Sendable {
    /// The run of the coordinator, one more at every start.
    package var epoch: UInt64
    package var task: TaskID
    /// From 1, in the order in which the task's attempts were handed out.
    package var number: Int

    /// - Parameters:
    ///   - epoch: the run of the coordinator.
    ///   - task: what is tried.
    ///   - number: from 1.
    package init(epoch: UInt64, task: TaskID, number: Int) {
        self.epoch = epoch
        self.task = task
        self.number = number
    }
}

/// Whose jobs share the farm by weight.
package struct TenantID: Hashable, Comparable, Sendable {
    package var name: String

    /// - Parameter name: as it is authenticated.
    package init(_ name: String) { self.name = name }

    package static func < (left: TenantID, right: TenantID) -> Bool { left.name < right.name }
}

/// The digest of a worker's canary: workers of one class answer with the same bytes.
package struct NumericsClass: Hashable, Sendable {
    package var digest: String

    /// - Parameter digest: SHA-256 of the canary's tensors, hexadecimal.
    package init(_ digest: String) { self.digest = digest }
}
