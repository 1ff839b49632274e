import FoundationEssentials

/// A load test, as a file says it.
public struct LoadScenario: Codable, Sendable, Hashable {
    /// What it shows.
    public var name: String
    /// Simulated workers, each with a connection of its own, 1 through 500.
    public var workers: Int
    /// Jobs that are submitted, 1 through 1,000,000.
    public var jobs: Int
    /// Tasks of each job that can run at the same time, 1 through 1000.
    public var tasksPerJob: Int
    /// Rounds of such tasks that follow one another, as the normalisations of a pass do, 1 through 100.
    public var rounds = 1
    /// Jobs that are submitted a second; absent: all at once.
    public var jobsPerSecond: Double?
    /// What a task takes on a worker of speed 1, in seconds.
    public var taskSeconds: Double
    /// How far a task's time is from that, as a share: 0.2 for ±20 %.
    public var spread = 0.2
    /// The share of tasks that take ten times as long.
    public var stragglers = 0.0
    /// The slowest worker takes so many times as long as the fastest, 1 or more.
    public var slowest = 1.0
    /// The edge of a task's input, a picture of three channels, in pixels.
    public var inputEdge = 16
    /// The edge of its result.
    public var outputEdge = 16
    /// How many workers are lost and come back every second.
    public var lostWorkersPerSecond = 0.0
    /// The first of the random numbers.
    public var seed: UInt64 = 1

    private enum CodingKeys: String, CodingKey {
        case name, workers, jobs, tasksPerJob, rounds, jobsPerSecond, taskSeconds, spread, stragglers, slowest,
            inputEdge, outputEdge, lostWorkersPerSecond, seed
    }

    /// Reads a scenario; what it leaves out has its standard value.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        func number<Value: Decodable & Comparable>(
            _ key: CodingKeys, _ range: ClosedRange<Value>, _ standard: Value? = nil
        ) throws -> Value {
            let value =
                try standard.map { try values.decodeIfPresent(Value.self, forKey: key) ?? $0 }
                ?? values.decode(Value.self, forKey: key)
            guard range.contains(value) else {
                throw DecodingError.dataCorruptedError(
                    forKey: key, in: values,
                    debugDescription: "\(value) is not within \(range.lowerBound) to \(range.upperBound)")
            }
            return value
        }
        name = try values.decode(String.self, forKey: .name)
        workers = try number(.workers, 1...500)
        jobs = try number(.jobs, 1...1_000_000)
        tasksPerJob = try number(.tasksPerJob, 1...1000)
        rounds = try number(.rounds, 1...100, 1)
        jobsPerSecond = try values.decodeIfPresent(Double.self, forKey: .jobsPerSecond)
        taskSeconds = try number(.taskSeconds, 0...3600)
        spread = try number(.spread, 0...1, 0.2)
        stragglers = try number(.stragglers, 0...1, 0)
        slowest = try number(.slowest, 1...100, 1)
        inputEdge = try number(.inputEdge, 1...8192, 16)
        outputEdge = try number(.outputEdge, 1...8192, 16)
        lostWorkersPerSecond = try number(.lostWorkersPerSecond, 0...100, 0)
        seed = try number(.seed, 0...UInt64.max, 1)
        if let jobsPerSecond, !(jobsPerSecond > 0) {
            throw DecodingError.dataCorruptedError(
                forKey: .jobsPerSecond, in: values, debugDescription: "\(jobsPerSecond) is not above 0")
        }
    }

    /// Tasks of all jobs.
    public var tasks: Int { jobs * tasksPerJob * rounds }
}
