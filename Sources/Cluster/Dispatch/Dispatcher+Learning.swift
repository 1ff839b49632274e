extension Dispatcher {
    /// Learns from how long a task computed.
    mutating func learn(
        _ task: TaskRecord, _ worker: WorkerRecord, _ measurement: CostModel.Measurement, _ now: MonotonicInstant
    ) {
        costs.passTime(
            to: now, working: Set(registry.all.lazy.filter { !$0.queue.isEmpty }.map(\.machine)))
        costs.learn(
            task.description.costKey, work: task.description.hasWork ? task.description.work : nil,
            machine: worker.machine, measurement)
    }

    /// Learns from how long a result took beside its computing.
    mutating func learnWay(
        of task: TaskDescription, _ assignment: WorkerRecord.Assignment, _ worker: WorkerRecord, computed: Double,
        _ now: MonotonicInstant
    ) {
        // Behind another it was computed while that one's result was on its way: how long its own took is not known.
        guard assignment.isAlone, let elapsed = assignment.computing(at: now) else { return }
        // What takes so long that its arrival is told was measured by itself.
        let input = assignment.acceptedAt != nil ? 0 : min(task.inputBytes(to: worker), LinkBelief.leastBytes)
        costs.learnWay(
            bytes: input + task.outputBytes, .complete(max(0, elapsed - computed)), machine: worker.machine)
    }

    /// Learns from an attempt that is given up while its job goes on: what took longer than was believed would teach
    /// nothing otherwise where others always are done before.
    mutating func learnFromGivenUp(_ id: AttemptID, _ worker: WorkerID, _ now: MonotonicInstant) {
        guard let record = registry[worker], let assignment = record.queue.first, assignment.attempt == id,
            let startedAt = assignment.startedAt, let task = tasks[id.task]
        else { return }
        if assignment.isReceiving {
            costs.learnWay(bytes: assignment.sentBytes, .atLeast(now - startedAt), machine: record.machine)
        } else if let elapsed = assignment.computing(at: now), !task.description.needsReplay(on: worker) {
            let output = costs.link(machine: record.machine).transfer(bytes: task.description.outputBytes)
            learn(task, record, .atLeast(elapsed - output), now)
        }
    }
}
