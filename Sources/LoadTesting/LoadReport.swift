/// What a load test took.
public struct LoadReport: Codable, Sendable {
    /// What was done.
    public var scenario: LoadScenario
    /// From the first job's submission to the last one's end.
    public var seconds: Double
    /// What all workers together would take if nothing were ever waited for.
    public var idealSeconds: Double
    /// Jobs that were given up.
    public var failedJobs: Int
    /// From a task's submission to its result, in seconds.
    public var taskWaits: Quantiles
    /// From a job's submission to its end, in seconds.
    public var jobTimes: Quantiles
    /// Attempts that were handed out.
    public var attempts: Int
    /// Results that came.
    public var results: Int
    /// Workers that joined, those that came back counted again.
    public var joined: Int
    /// Results that differed where they should not.
    public var nondeterminism: Int
    /// What the coordinator's process computed, in seconds.
    public var processorSeconds: Double
    /// What its dispatcher took of that, in seconds.
    public var dispatchSeconds: Double
    /// The most memory of the coordinator's process.
    public var peakMemoryBytes: Int
    /// Its memory, second by second.
    public var memoryBytes: [Int]

    /// The coordinator's computing for each task.
    public var overheadPerTask: Double { processorSeconds / Double(scenario.tasks) }

    /// Lines for a person.
    public var text: String {
        func milliseconds(_ seconds: Double) -> String { "\(Double(Int(seconds * 1e5)) / 100) ms" }
        func row(_ name: String, _ quantiles: Quantiles) -> String {
            "\(name): median \(milliseconds(quantiles.median)), p99 \(milliseconds(quantiles.p99)), most "
                + milliseconds(quantiles.most)
        }
        // Tasks that take no time have no ideal.
        let share = idealSeconds > 0 ? ", \(Double(Int(seconds / idealSeconds * 100)) / 100) of the ideal" : ""
        return """
            \(scenario.name): \(scenario.jobs) jobs, \(scenario.tasks) tasks, \(scenario.workers) workers
            time: \(Double(Int(seconds * 100)) / 100) s\(share)
            failed jobs: \(failedJobs); different results: \(nondeterminism); attempts: \(attempts); joined: \(joined)
            \(row("task from submission to result", taskWaits))
            \(row("job from submission to end", jobTimes))
            coordinator: \(milliseconds(overheadPerTask)) of computing a task, of which dispatch \
            \(milliseconds(dispatchSeconds / Double(scenario.tasks)))
            memory: \(peakMemoryBytes >> 20) MiB at most; after a tenth, half and all of the time: \
            \(memory(0.1)), \(memory(0.5)) and \(memory(1)) MiB
            """
    }

    private func memory(_ share: Double) -> Int {
        guard !memoryBytes.isEmpty else { return 0 }
        return memoryBytes[min(Int(Double(memoryBytes.count) * share), memoryBytes.count - 1)] >> 20
    }
}

/// The middle and the tail of many figures.
public struct Quantiles: Codable, Sendable {
    /// Half are below it.
    public var median: Double
    /// Of a hundred, 99 are below it.
    public var p99: Double
    /// The largest.
    public var most: Double

    /// - Parameter values: the figures, in any order.
    public init(_ values: [Double]) {
        let sorted = values.sorted()
        func at(_ share: Double) -> Double {
            sorted.isEmpty ? 0 : sorted[min(Int(Double(sorted.count) * share), sorted.count - 1)]
        }
        median = at(0.5)
        p99 = at(0.99)
        most = sorted.last ?? 0
    }
}
