/// Where it is written down which checkpoints a render has.
public protocol CheckpointList: Sendable {
    /// All of them, the first one first.
    func checkpoints() async throws -> [Checkpoint]

    /// Adds one and takes others out, both or neither.
    ///
    /// - Parameters:
    ///   - checkpoint: what is there now; nil for nothing new.
    ///   - old: what is not needed any more.
    /// - Throws: what the list's own work throws; it is as before then.
    func record(_ checkpoint: Checkpoint?, replacing old: [Checkpoint]) async throws
}

/// A list that lives as long as the program.
public actor MemoryCheckpointList: CheckpointList {
    private var list: [Checkpoint] = []

    /// An empty list.
    public init() {}

    /// See ``CheckpointList/checkpoints()``.
    public func checkpoints() -> [Checkpoint] { list }

    /// See ``CheckpointList/record(_:replacing:)``.
    public func record(_ checkpoint: Checkpoint?, replacing old: [Checkpoint]) {
        list.removeAll { old.contains($0) || $0 == checkpoint }
        if let checkpoint { list.append(checkpoint) }
    }
}
