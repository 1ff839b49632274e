extension Dispatcher {
    /// Learns from how long a task computed.
    mutating func learn(
        _ task: TaskRecord, _ worker: WorkerRecord, _ measurement: CostModel.Measurement, _ now: MonotonicInstant
    ) {
        costs.learn(
            task.description.costKey, work: task.description.hasWork ? task.description.work : nil,
            machine: worker.machine, measurement, now: now)
    }

    /// Learns from how long a result took beside its computing.
    mutating func learnWay(
        of task: TaskDescription, _ assignment: WorkerRecord.Assignment, _ worker: WorkerRecord, computed: Double,
        _ now: MonotonicInstant
    ) {
        guard let elapsed = assignment.computing(at: now) else { return }
        // What takes so long that its arrival is told was measured by itself.
        let input = assignment.acceptedAt != nil ? 0 : min(task.inputBytes(to: worker.id), LinkBelief.leastBytes)
        costs.learnTransfer(
            bytes: input + task.outputBytes, seconds: max(0, elapsed - computed), machine: worker.machine)
    }

    /// Learns from an attempt that is given up: what took longer than was believed would teach nothing otherwise where
    /// others always are done before.
    mutating func learnFromGivenUp(_ id: AttemptID, _ worker: WorkerID, _ now: MonotonicInstant) {
        guard let record = registry[worker], let assignment = record.queue.first, assignment.attempt == id,
            let task = tasks[id.task]
        else { return }
        if let way = record.way(of: assignment, now: now) {
            costs.learnTransfer(bytes: way.bytes, atLeast: way.seconds, machine: record.machine)
        } else if let elapsed = assignment.computing(at: now), !task.description.needsReplay(on: worker) {
            let output = costs.link(machine: record.machine).transfer(bytes: task.description.outputBytes)
            learn(task, record, .atLeast(elapsed - output), now)
        }
    }
}
