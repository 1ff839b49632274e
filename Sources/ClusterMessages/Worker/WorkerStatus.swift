import SwiftProtobuf

/// A worker's word that it lives and works. It renews the leases of the attempts that it names, as long as ``progress``
/// grows: a process that only answers keeps nothing.
public struct WorkerStatus: Sendable, Hashable {
    /// Grows by one each time.
    public let sequence: UInt64
    /// Grows with every piece of computing that is done, within a task too.
    public let progress: UInt64
    /// Attempts that are running or waiting here, at most 256.
    public let running: [TaskAttempt]
    /// Tasks since the worker started that ended with a result.
    public let completedTasks: UInt64
    /// Tasks since then that failed.
    public let failedTasks: UInt64
    /// Memory that tensors take at the moment.
    public let usedMemoryByteCount: UInt64
    /// Whether it takes nothing more.
    public let isDraining: Bool

    /// A status of these parts.
    public init(
        sequence: UInt64, progress: UInt64, running: [TaskAttempt], completedTasks: UInt64, failedTasks: UInt64,
        usedMemoryByteCount: UInt64, isDraining: Bool
    ) {
        self.sequence = sequence
        self.progress = progress
        self.running = running
        self.completedTasks = completedTasks
        self.failedTasks = failedTasks
        self.usedMemoryByteCount = usedMemoryByteCount
        self.isDraining = isDraining
    }
}

extension WorkerStatus: WireValue {
    init(_ proto: Apldm_V1_Status) {
        self.init(
            sequence: proto.sequence, progress: proto.progress, running: proto.running.map { TaskAttempt($0) },
            completedTasks: proto.completedTasks, failedTasks: proto.failedTasks,
            usedMemoryByteCount: proto.usedMemoryBytes, isDraining: proto.draining)
    }

    var proto: Apldm_V1_Status {
        .with {
            $0.sequence = sequence
            $0.progress = progress
            $0.running = running.map(\.proto)
            $0.completedTasks = completedTasks
            $0.failedTasks = failedTasks
            $0.usedMemoryBytes = usedMemoryByteCount
            $0.draining = isDraining
        }
    }

    func check() throws(WireError) {
        try Check.count(running, 0...256, "running")
        for attempt in running { try within("running") { () throws(WireError) in try attempt.check() } }
    }
}
