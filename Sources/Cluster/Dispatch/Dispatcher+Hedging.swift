extension Dispatcher {
    /// So many overdue attempts are looked at for each event.
    private static let overdueLimit = 8

    /// An attempt may have run past its prediction. What waits behind it is given to others, and it is looked at again
    /// each time it has taken half as long again.
    mutating func overrunDue(
        _ id: WorkerID, _ attempt: AttemptID, _ now: MonotonicInstant, _ actions: inout [DispatchAction]
    ) {
        guard let first = registry[id]?.queue.first, first.attempt == attempt, let startedAt = first.startedAt
        else { return }
        let elapsed = now - startedAt
        // A nanosecond lost in rounding is not to make it due once more at the same time.
        guard elapsed >= first.overrun * (1 - 1e-6) else {
            return timers.set(.overrun(id, attempt), at: startedAt + first.overrun)
        }
        timers.set(.overrun(id, attempt), at: now + max(0.5 * elapsed, 0.01))
        guard !first.isOverdue else { return }
        registry.update(id) { $0.queue[0].isOverdue = true }
        overdue.append((id, attempt))
        // What this worker holds the data of is done sooner by waiting for it.
        revoke(id, after: 1, now, &actions) { !($0.waitsForData && $0.description.affinity == id) }
        releasePlans(of: id, now)
    }

    /// Gives overdue tasks a second attempt on workers that have nothing to do and would finish sooner.
    mutating func hedge(_ now: MonotonicInstant, _ actions: inout [DispatchAction]) {
        guard !overdue.isEmpty, !registry.open.isEmpty else { return }
        let alone = overdue.filter {
            (tasks[$0.attempt.task]?.liveAttempts ?? .max) < policy.concurrentAttempts
        }
        for (id, attempt) in alone.prefix(Self.overdueLimit) {
            guard let worker = registry[id], let running = worker.queue.first, let task = tasks[attempt.task],
                let job = jobs[task.description.job]
            else { continue }
            let key = hedgeKey(task, job.description, besides: worker)
            let profile = costs.profile(of: task.description.costKey)
            var best: Prospect?
            for slot in registry.available {
                guard let prospect = prospect(slot: slot, task.description, profile, now),
                    key.admits(prospect.worker), key.prefers(prospect.worker)
                else { continue }
                if let other = best, other.finish <= prospect.finish { continue }
                best = prospect
            }
            // Where one that is busy would still be the first to finish, it is waited for.
            guard let best, best.worker.queue.isEmpty,
                best.finish < running.remaining(at: now),
                isPresumedLost(running, now) || isAffordable(best.predicted, job)
            else { continue }
            jobs[job.description.id]?.hedgedSeconds += best.predicted
            assign(attempt.task, to: best, now, &actions)
        }
    }

    /// What a second attempt asks of a worker: never one on which the task runs or failed.
    private func hedgeKey(_ task: TaskRecord, _ job: JobDescription, besides worker: WorkerRecord) -> LaneKey {
        let live = task.attempts.filter(\.isLive).map(\.machine)
        return LaneKey(
            numericsClass: job.numericsClass, operation: task.description.costKey.operation,
            model: task.description.costKey.model, memory: LaneKey.roundedMemory(task.description.memory),
            memoryAbove: task.memoryAbove, excluded: task.failedOn + live)
    }

    /// Whether an attempt took so long that it may never end, as on a device that hangs and says it does not.
    private func isPresumedLost(_ running: WorkerRecord.Assignment, _ now: MonotonicInstant) -> Bool {
        guard let startedAt = running.startedAt else { return false }
        return now - startedAt >= policy.presumedLost * running.expected
    }

    /// Whether second attempts of the job stay within their share.
    private func isAffordable(_ seconds: Double, _ job: JobRecord) -> Bool {
        job.hedgedSeconds == 0 || job.hedgedSeconds + seconds <= policy.hedgeShare * job.dispatchedSeconds
    }
}
