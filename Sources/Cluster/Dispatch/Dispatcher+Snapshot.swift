/// What the dispatcher knows at one moment, for whoever shows or checks it.
package struct DispatchSnapshot: Hashable, Sendable {
    /// A connected worker.
    package struct Worker: Hashable, Sendable {
        package var id: WorkerID
        package var name: String
        /// It may be given work: not draining, not set aside, heard of.
        package var isAvailable: Bool
        package var isDraining: Bool
        /// It finishes what it has, gets no more, and stays.
        package var isHeld: Bool
        package var setAsideUntil: MonotonicInstant?
        /// What it has; the first runs.
        package var attempts: [AttemptID]
        /// When the leases of its attempts end, in their order; empty for the coordinator's own device.
        package var leaseEnds: [MonotonicInstant]
    }

    /// A task whose job is not finished.
    package struct Task: Hashable, Sendable {
        /// Where a task is.
        package enum State: Hashable, Sendable {
            /// It waits with others that ask the same for one of these workers; empty where nobody can do it.
            case ready(lane: Int, eligible: [WorkerID])
            /// It waits for time to pass after a failure.
            case delayed
            case running
            case complete(attempt: Int)
        }

        package var id: TaskID
        package var job: JobID
        package var state: State
        /// The numbers of the attempts whose result counts.
        package var liveAttempts: [Int]
        /// All attempts that were handed out.
        package var attempts: Int
        package var failures: Int
    }

    /// In the order of their slots.
    package var workers: [Worker]
    /// In the order of their numbers.
    package var tasks: [Task]
    /// Ready tasks of all jobs.
    package var readyTasks: Int
    /// Jobs that are neither finished nor given up.
    package var jobs: Int
}

extension Dispatcher {
    /// What is known now; it takes time in proportion to all tasks.
    package var snapshot: DispatchSnapshot {
        DispatchSnapshot(
            workers: workers,
            tasks: tasks.values.sorted { $0.description.id < $1.description.id }.map { task in
                DispatchSnapshot.Task(
                    id: task.description.id, job: task.description.job, state: state(of: task),
                    liveAttempts: task.attempts.indices.filter { task.attempts[$0].isLive }.map { $0 + 1 },
                    attempts: task.attempts.count, failures: task.failures.count)
            },
            readyTasks: queue.count, jobs: jobs.count)
    }

    /// Everybody who is connected, in the order of their slots.
    package var workers: [DispatchSnapshot.Worker] {
        registry.all.map { worker in
            DispatchSnapshot.Worker(
                id: worker.id, name: worker.description.name,
                isAvailable: registry.available.contains(worker.slot), isDraining: worker.isDraining,
                isHeld: registry.machine(worker.machine)?.isHeld == true,
                setAsideUntil: registry.machine(worker.machine)?.setAsideUntil,
                attempts: worker.queue.map(\.attempt),
                leaseEnds: worker.isLocal ? [] : worker.queue.map { worker.leaseEnd($0, lease: policy.lease) })
        }
    }

    private func state(of task: TaskRecord) -> DispatchSnapshot.Task.State {
        switch task.state {
        case .ready(let lane):
            .ready(lane: lane, eligible: queue.eligible(lane: lane).compactMap { registry[slot: $0]?.id })
        case .delayed: .delayed
        case .running: .running
        case .complete(let attempt, _): .complete(attempt: attempt)
        }
    }

    /// Seconds until a worker would have done a task, after what it has; nil where either is not known.
    package func predictedFinish(of task: TaskID, on worker: WorkerID, now: MonotonicInstant) -> Double? {
        guard let task = tasks[task]?.description, let slot = registry[worker]?.slot else { return nil }
        return prospect(slot: slot, task, costs.profile(of: task.costKey), now)?.finish
    }

    /// The predicted seconds over weight that a tenant was served.
    package func virtualTime(of tenant: TenantID) -> Double { queue.virtualTime(of: tenant) }

    /// Predicted seconds of a job's first attempts, and of second ones beside a running one.
    package func dispatchedSeconds(of job: JobID) -> (first: Double, hedged: Double)? {
        jobs[job].map { ($0.dispatchedSeconds, $0.hedgedSeconds) }
    }
}
