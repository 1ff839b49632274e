/// What happens to the dispatcher.
package enum DispatchEvent: Hashable, Sendable {
    /// An authenticated connection. An older one under the same name is closed for it.
    case workerJoined(WorkerID, WorkerDescription)
    case workerLeft(WorkerID, DepartureReason)
    /// STATUS. The progress counts what the part that computes has done (operations, bytes of a model that loads); a
    /// number that stands still while there is work renews nothing.
    case leaseRenewed(WorkerID, progress: UInt64)
    /// The worker has other models than it said before.
    case modelsChanged(WorkerID, Set<String>)
    case jobAdded(JobDescription)
    /// Tasks of jobs that were added; a round's tasks can be added once the round before is complete.
    case tasksAdded([TaskDescription])
    /// The job has all it wanted. What still runs for it, such as a second attempt, is cancelled.
    case jobFinished(JobID)
    case jobCancelled(JobID)
    /// So many bytes of inputs are on their way to a worker, which accepts the attempt when they are there.
    case inputsSent(WorkerID, AttemptID, byteCount: Int)
    /// The inputs of an attempt are there. The time is what they took by themselves, as the worker measured it; 0 where it
    /// did not.
    case taskAccepted(WorkerID, AttemptID, transferSeconds: Double)
    case taskDeclined(WorkerID, AttemptID, DeclineReason)
    /// Part of an attempt is done: it renews the worker's leases.
    case progress(WorkerID, AttemptID)
    /// The time is of computing alone, without transfers and the loading of models. The digest tells results of one task
    /// apart; it may be nil while ``Dispatcher/isContested(_:)`` says that there is nothing to tell apart.
    case result(WorkerID, AttemptID, computeSeconds: Double, digest: String?)
    case failed(WorkerID, AttemptID, FailureKind, message: String)
    /// The worker finishes what it runs and gets no more.
    case drainRequested(WorkerID)
    /// The worker of this name finishes what it runs and gets no more, but stays; or it gets tasks again. One that is not
    /// connected is so when it comes back.
    case held(String, Bool)
    /// Time has passed; due at ``DispatchAction/wakeUp(at:)``, harmless at any time.
    case tick
}

/// Why a worker's connection ended.
package enum DepartureReason: Hashable, Sendable {
    /// It said good-bye.
    case goodbye
    /// The connection broke, as it does when a worker is killed.
    case connectionLost
    /// It sent what the protocol does not allow.
    case protocolError
}

/// Why a worker does not take a task.
package enum DeclineReason: Hashable, Sendable {
    case modelMissing
    case outOfMemory
    case draining
    case unsupported
}

/// How an attempt failed.
package enum FailureKind: Hashable, Sendable {
    /// By chance: it may succeed on the same worker.
    case retryable
    /// The task itself does it, as far as the worker can tell.
    case poison
    case outOfMemory
    /// The worker's own fault.
    case `internal`
}
