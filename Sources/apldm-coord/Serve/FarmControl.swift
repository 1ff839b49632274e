import Cluster
import Telemetry
import WebServer

/// What the HTTP interface sees of the farm.
struct FarmControl: WorkerControl {
    let coordinator: ClusterCoordinator
    let standings: StoredStandings

    var workers: [WorkerSummary] {
        get async {
            let completed = await coordinator.completedTasks
            return await coordinator.workers.map { WorkerSummary($0, completedTasks: completed[$0.name] ?? 0) }
        }
    }

    var canCompute: Bool {
        get async { await !coordinator.computing.isEmpty }
    }

    func setDrained(_ name: String, _ isDrained: Bool) async -> WorkerSummary? {
        guard let worker = await coordinator.hold(name, isDrained) else { return nil }
        // What is answered holds after a restart, too.
        await standings.settle()
        return WorkerSummary(worker, completedTasks: await coordinator.completedTasks[name] ?? 0)
    }

    var figures: [MetricFamily] {
        get async {
            let statistics = await coordinator.statistics
            let up = await coordinator.workers.map {
                MetricFamily.Sample($0.isAvailable ? 1 : 0, ["worker": $0.name])
            }
            let completed = statistics.completed.map { MetricFamily.Sample(Double($0.value), ["worker": $0.key]) }
            let times = statistics.times.flatMap { kind, times in
                let labels = ["op": kind.operation.rawValue, "worker": kind.worker]
                return [
                    MetricFamily.Sample(times.seconds, labels, suffix: "_sum"),
                    MetricFamily.Sample(Double(times.count), labels, suffix: "_count"),
                ]
            }
            let bytes = [
                MetricFamily.Sample(Double(coordinator.traffic.sent), ["direction": "sent", "kind": "tensor"]),
                MetricFamily.Sample(Double(coordinator.traffic.received), ["direction": "received", "kind": "tensor"]),
            ]
            return [
                MetricFamily(Self.wire, bytes), MetricFamily(Self.up, up), MetricFamily(Self.completed, completed),
                MetricFamily(Self.durations, times),
                Self.counter("apldm_workers_joined_total", "Workers that joined.", statistics.joined),
                Self.counter("apldm_workers_left_total", "Workers that left.", statistics.left),
                Self.counter("apldm_task_attempts_total", "Attempts that were handed out.", statistics.attempts),
                Self.counter("apldm_task_failures_total", "Attempts that failed.", statistics.failures),
                Self.counter(
                    "apldm_nondeterminism_total", "Results that differed where they should not.",
                    statistics.nondeterminism),
                Self.counter(
                    "apldm_dispatch_seconds_total", "Seconds that were spent on dispatching.",
                    statistics.dispatchSeconds),
            ]
        }
    }

    private static let wire = MetricDefinition(
        "apldm_wire_bytes_total", .counter, "Bytes of tensors over the connections to workers, as they were sent.")
    private static let up = MetricDefinition("apldm_worker_up", .gauge, "Whether a worker may be given tasks.")
    private static let completed = MetricDefinition(
        "apldm_tasks_completed_total", .counter, "Tasks whose result counted, by worker.")
    private static let durations = MetricDefinition(
        "apldm_task_duration_seconds", .summary, "What tasks took to compute, by operation and worker.")

    private static func counter(_ name: String, _ help: String, _ value: some BinaryInteger) -> MetricFamily {
        counter(name, help, Double(value))
    }

    private static func counter(_ name: String, _ help: String, _ value: Double) -> MetricFamily {
        MetricFamily(MetricDefinition(name, .counter, help), [MetricFamily.Sample(value)])
    }
}

extension WorkerSummary {
    fileprivate init(_ member: FarmMember, completedTasks: Int) {
        self.init(
            name: member.name, state: member.isHeld ? .drained : member.isAvailable ? .available : .away,
            tasks: member.tasks, completedTasks: completedTasks, current: member.current.compactMap(WorkerTask.init))
    }
}

extension WorkerTask {
    /// Nil for what belongs to no picture.
    fileprivate init?(_ task: FarmMember.Task) {
        let kind: Kind? =
            switch task.operation {
            case .encodeText: .encodeText
            case .predictNoise: .predictNoise
            case .denoiseSegment: .denoise
            case .selfAttend: .selfAttend
            case .upsample: .resize
            case .attendPositions: .attend
            case .autoencoderPart: .autoencoderPart
            case .encodeTile: .encodeTile
            case .decodeTile: .decodeTile
            case .canary: nil
            }
        guard let kind else { return nil }
        self.init(
            kind, job: task.label, index: task.position?.index, of: task.position?.count,
            columns: task.position?.columns)
    }
}
