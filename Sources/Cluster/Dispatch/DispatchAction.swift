/// What the shell around the dispatcher is to do, in this order.
package enum DispatchAction: Hashable, Sendable {
    /// Offer the attempt; at the deadline its lease ends unless it was renewed.
    case offer(WorkerID, AttemptID, deadline: MonotonicInstant)
    /// Run the attempt on the coordinator's own device, as worker ``WorkerID/local``.
    case runLocally(AttemptID)
    /// Tell the worker to stop the attempt; the answer is of no interest.
    case cancel(WorkerID, AttemptID)
    /// Tell the worker that what it sent belongs to nothing any more (ATTEMPT_CLOSED).
    case closeAttempt(WorkerID, AttemptID, ClosedReason)
    /// The task has its result, of this attempt by this worker, once and for all.
    case complete(AttemptID, by: WorkerID)
    /// The job cannot go on; its tasks are forgotten.
    case failJob(JobID, JobFailure)
    /// The worker failed too often and gets nothing until then.
    case setAside(WorkerID, until: MonotonicInstant)
    /// Close the connection; the worker is forgotten already.
    case disconnect(WorkerID, DisconnectReason)
    /// Two workers of one numerics class answered the same task with other bytes.
    case nondeterminism(TaskID, NondeterministicResults)
    /// Send ``DispatchEvent/tick`` at this time; it takes the place of the one before.
    case wakeUp(at: MonotonicInstant)
}

/// Why a message about an attempt is refused.
package enum ClosedReason: Hashable, Sendable {
    /// It was handed out before the coordinator started again.
    case staleEpoch
    /// The task or its job is gone.
    case unknownTask
    /// The attempt was taken back, or another was faster.
    case closed
    /// It was handed out to another worker.
    case notYours
}

/// Why a worker is sent away.
package enum DisconnectReason: Hashable, Sendable {
    case farmFull
    /// The same worker connected again.
    case replaced
    /// Its leases ran out and nothing came since.
    case silent
    case drained
    /// The coordinator stops.
    case ending
    /// It answered for an attempt that it never got.
    case protocolViolation
}

/// Two results of one task that should be the same and are not.
package struct NondeterministicResults: Hashable, Sendable {
    package var accepted: AttemptID
    package var acceptedDigest: String
    package var other: AttemptID
    package var otherDigest: String

    /// - Parameters:
    ///   - accepted: the attempt that won.
    ///   - acceptedDigest: its result's.
    ///   - other: the attempt that came later.
    ///   - otherDigest: its result's.
    package init(accepted: AttemptID, acceptedDigest: String, other: AttemptID, otherDigest: String) {
        self.accepted = accepted
        self.acceptedDigest = acceptedDigest
        self.other = other
        self.otherDigest = otherDigest
    }
}

/// Why a job ended without its result.
package struct JobFailure: Hashable, Sendable {
    /// What was decided.
    package enum Reason: Hashable, Sendable {
        /// The queue holds as many jobs as it may.
        case queueFull(limit: Int)
        /// The job has more tasks than it may.
        case tooManyTasks(limit: Int)
        /// It failed on as many different workers as are believed.
        case poison(TaskID)
        /// As many attempts failed as may.
        case attemptsExhausted(TaskID)
    }

    package var reason: Reason
    /// How the attempts of the task at fault ended, in order.
    package var attempts: [AttemptFailure]
}

/// How one attempt failed.
package struct AttemptFailure: Hashable, Sendable {
    /// What became of it.
    package enum Cause: Hashable, Sendable {
        case reported(FailureKind)
        case declined(DeclineReason)
        case leaseExpired
        case workerLost
    }

    package var attempt: AttemptID
    /// The worker's name.
    package var worker: String
    package var cause: Cause
    /// The worker's own words, cut to 200 characters; empty where there are none.
    package var message: String
}
