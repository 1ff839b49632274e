/// An instant at which a program that renders jobs may end without anything being lost: before it something is not
/// promised yet or can be done again, after it something is on the disk.
public enum CommitPoint: String, Sendable, Hashable, CaseIterable {
    /// A start of the program has its number, and what an earlier one was rendering is queued again; not yet committed.
    case startWritten = "start-written"
    /// That is committed.
    case startCommitted = "start-committed"
    /// A job is written, and not yet committed.
    case submissionWritten = "submission-written"
    /// A job is taken in, and nobody has been told.
    case submissionCommitted = "submission-committed"
    /// That a job begins is written, and not yet committed.
    case claimWritten = "claim-written"
    /// A job has begun in the database, and nowhere else.
    case claimCommitted = "claim-committed"
    /// A checkpoint's file is complete, and has not its name.
    case checkpointWritten = "checkpoint-written"
    /// A checkpoint's file has its name, and nobody knows of it.
    case checkpointNamed = "checkpoint-named"
    /// A checkpoint is written to the list of them, and not yet committed.
    case checkpointRecorded = "checkpoint-recorded"
    /// A checkpoint is in the list, and the files of those that it replaces are still there.
    case checkpointCommitted = "checkpoint-committed"
    /// The files that a checkpoint replaces are gone.
    case checkpointPruned = "checkpoint-pruned"
    /// A picture is in its place, and its job is still running.
    case pictureWritten = "picture-written"
    /// That something has happened to a job is written, and not yet committed.
    case changeWritten = "change-written"
    /// Something has happened to a job, and its checkpoints are still there.
    case changeCommitted = "change-committed"
    /// The checkpoints of an ended job are gone.
    case checkpointsRemoved = "checkpoints-removed"
}

/// Who is told of commit points; nobody, unless a test wants to end the program at each of them in turn.
public struct CommitObserver: Sendable {
    private let note: @Sendable (CommitPoint) -> Void

    /// Nobody.
    public static let none = CommitObserver { _ in }

    /// - Parameter note: called at every point, where it is reached.
    public init(_ note: @escaping @Sendable (CommitPoint) -> Void) { self.note = note }

    /// A point is reached.
    public func reached(_ point: CommitPoint) { note(point) }
}
