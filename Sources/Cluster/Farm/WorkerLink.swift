/// How the farm reaches one that computes. Calls return at once; what comes of them is reported to the farm.
package protocol WorkerLink: Sendable {
    /// Hands out an attempt, which is the worker's for so long unless it shows progress.
    func offer(_ attempt: AttemptID, _ task: ClusterTask, lease: Duration)
    /// Stops an attempt; the answer is of no interest.
    func cancel(_ attempt: AttemptID)
    /// Says that nothing of an attempt is wanted any more.
    func close(_ attempt: AttemptID, _ reason: ClosedReason)
    /// Forgets what is held of a session.
    func end(session: UInt64)
    /// Closes the connection.
    func disconnect(_ reason: DisconnectReason)
}
