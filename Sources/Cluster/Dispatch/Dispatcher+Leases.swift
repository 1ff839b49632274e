extension Dispatcher {
    /// STATUS: it counts when the worker computed since, or has nothing to compute.
    mutating func leaseRenewed(_ id: WorkerID, _ progress: UInt64, _ now: MonotonicInstant) {
        guard let worker = registry[id] else { return }
        guard worker.queue.isEmpty || worker.lastProgress.map({ progress > $0 }) ?? true else { return }
        renew(id, now)
        registry.update(id) { $0.lastProgress = progress }
    }

    /// The worker showed that it computes: all its leases begin again.
    mutating func renew(_ id: WorkerID, _ now: MonotonicInstant) {
        registry.update(id) { worker in
            worker.renewedAt = now
            worker.silentSince = nil
        }
    }

    /// An attempt's lease may have ended. It is taken back, and the worker gets nothing more until it is heard of.
    mutating func leaseDue(
        _ id: WorkerID, _ attempt: AttemptID, _ now: MonotonicInstant, _ actions: inout [DispatchAction]
    ) {
        guard let worker = registry[id], let index = worker.queue.firstIndex(where: { $0.attempt == attempt })
        else { return }
        let end = worker.leaseEnd(worker.queue[index], lease: policy.lease)
        guard end <= now else { return timers.set(.lease(id, attempt), at: end) }
        actions.append(.cancel(id, attempt))
        var strike: MonotonicInstant?
        if worker.silentSince == nil {
            registry.update(id) { $0.silentSince = now }
            timers.set(.silence(id), at: now + policy.lease)
            strike = now
            recordStrike(worker, now)
            releasePlans(of: id, now)
        }
        if index == 0 {
            closeFailed(attempt, worker, .leaseExpired, "", strike: strike, now, &actions)
        } else {
            close(attempt, id, now)
            requeue(attempt.task, now, &actions)
        }
        if strike != nil { setAsideIfStruck(worker, now, &actions) }
        disconnectIfDrained(id, now, &actions)
    }
}
