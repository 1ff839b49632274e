import ClusterMessages

extension AttemptID {
    init(_ attempt: TaskAttempt) {
        self.init(epoch: attempt.epoch, task: TaskID(attempt.task), number: attempt.attempt)
    }
}

extension TaskAttempt {
    init(_ attempt: AttemptID) {
        self.init(epoch: attempt.epoch, task: attempt.task.number, attempt: attempt.number)
    }
}

extension ClosedReason {
    var onWire: AttemptClosure.Reason {
        switch self {
        case .staleEpoch: .epoch
        case .unknownTask: .jobEnded
        case .closed: .superseded
        case .notYours: .leaseExpired
        }
    }
}

extension DisconnectReason {
    var onWire: GoAway.Code {
        switch self {
        case .farmFull, .drained, .ending: .shutdown
        case .replaced: .replaced
        case .silent: .idle
        case .protocolViolation: .malformed
        }
    }

    var text: String {
        switch self {
        case .farmFull: "there are as many workers as there may be"
        case .replaced: "a worker of the same name has connected"
        case .silent: "nothing was heard for too long"
        case .drained: "the worker has done what it had"
        case .ending: "the coordinator ends"
        case .protocolViolation: "it spoke of a task that it was not given"
        }
    }
}

extension FailureKind {
    init(_ kind: TaskFailure.Kind) {
        self =
            switch kind {
            case .retryable: .retryable
            case .poison: .poison
            case .outOfMemory: .outOfMemory
            case .defect: .internal
            }
    }
}

extension DispatchEvent {
    init(_ decline: TaskDecline, worker: WorkerID) {
        let attempt = AttemptID(decline.attempt)
        self =
            switch decline.reason {
            case .modelMissing: .taskDeclined(worker, attempt, .modelMissing)
            case .outOfMemory: .taskDeclined(worker, attempt, .outOfMemory)
            case .draining: .taskDeclined(worker, attempt, .draining)
            case .unsupported: .taskDeclined(worker, attempt, .unsupported)
            case .busy, .tensorMissing, .sessionMissing:
                .failed(worker, attempt, .retryable, message: decline.text)
            }
    }
}
