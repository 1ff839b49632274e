import Cluster
import Foundation
import Testing

/// Small farms with every kind of trouble, drawn by a seed. `APLDM_SIMULATION_SEED=n` plays one again;
/// `APLDM_LONG_TESTS=1` plays a hundred thousand.
struct SimulationTests {
    private static let environment = ProcessInfo.processInfo.environment

    private static let seeds: Range<UInt64> = {
        if let seed = environment["APLDM_SIMULATION_SEED"].flatMap(UInt64.init) { return seed..<seed + 1 }
        return environment["APLDM_LONG_TESTS"] == nil ? 0..<2_000 : 0..<100_000
    }()

    /// A random farm: one to eight workers of some kinds, with or without an own device, one to four jobs.
    private func farm(seed: UInt64) -> Simulation {
        var random = SeededGenerator(seed: seed &* 0x5851_F42D_4C95_7F2D)
        let trouble = [0, 0.02, 0.1][Int.random(in: 0..<3, using: &random)]
        let workers = (0..<Int.random(in: 1...8, using: &random)).map { number in
            let speed = [0.25, 1, 1, 4][Int.random(in: 0..<4, using: &random)]
            let numerics = random.chance(0.2) ? NumericsClass("b") : DispatcherHarness.classA
            let description = DispatcherHarness.worker(
                "w\(number)", speed: random.chance(0.2) ? 1 : speed, memory: random.chance(0.3) ? 500 : 2000,
                numerics: numerics)
            var character = SimulatedWorker.Character(speed: speed)
            character.stragglers = random.chance(0.3) ? 0.1 : 0
            character.crashes = random.chance(0.5) ? trouble : 0
            character.freezes = random.chance(0.5) ? trouble : 0
            character.halfOpens = random.chance(0.5) ? trouble : 0
            character.declines = random.chance(0.3) ? trouble : 0
            character.failures = random.chance(0.3) ? trouble : 0
            character.lies = random.chance(0.1) ? 0.5 : 0
            character.duplicates = random.chance(0.3) ? 0.2 : 0
            return (description, character)
        }
        let local = random.chance(0.5) ? DispatcherHarness.worker("here", speed: 0.5) : nil
        var simulation = Simulation(seed: seed, workers: workers, localDevice: local)
        var nextTask: UInt64 = 1
        for number in 1...Int.random(in: 1...4, using: &random) as ClosedRange<Int> {
            let id = JobID(UInt64(number))
            let rounds = (0..<Int.random(in: 1...3, using: &random)).map { round in
                // One length a round, so that work conservation can be told from outside.
                let work = Double.random(in: 0.2...6, using: &random)
                return (0..<Int.random(in: 1...8, using: &random)).map { _ in
                    defer { nextTask += 1 }
                    return TaskDescription(
                        id: TaskID(nextTask), job: id,
                        costKey: CostKey(
                            operation: .decodeTile, model: DispatcherHarness.model, shape: [number, round]),
                        work: work, memory: random.chance(0.2) ? 1000 : 100,
                        inputBytes: random.chance(0.5) ? 1 << 22 : 0, outputBytes: random.chance(0.5) ? 1 << 20 : 0,
                        affinity: random.chance(0.2) ? WorkerID(UInt64.random(in: 1...8, using: &random)) : nil,
                        isPlanned: random.chance(0.5), maxAttempts: 16)
                }
            }
            let description = JobDescription(
                id: id, tenant: TenantID("t\(number % 2)"), priority: Int.random(in: -1...1, using: &random),
                numericsClass: random.chance(0.3) ? nil : DispatcherHarness.classA)
            simulation.add(Simulation.Job(description: description, rounds: rounds))
        }
        if random.chance(0.2) {
            simulation.send(.drainRequested(WorkerID(1)), after: Double.random(in: 0...10, using: &random))
        }
        if random.chance(0.1) {
            simulation.send(.jobCancelled(JobID(1)), after: Double.random(in: 5...10, using: &random))
        }
        if random.chance(0.2) {
            simulation.run(until: MonotonicInstant(seconds: Double.random(in: 0...10, using: &random)))
            if simulation.invariants.violations.isEmpty { simulation.restart() }
        }
        return simulation
    }

    /// In four parts beside each other, so that Swift Testing is not told a hundred thousand arguments.
    @Test(arguments: 0..<4 as Range<UInt64>)
    func nothingIsLostOrDoneTwiceWhateverHappens(part: UInt64) {
        var troubled = 0
        for seed in Self.seeds where seed % 4 == part || Self.seeds.count == 1 {
            var simulation = farm(seed: seed)
            simulation.run(until: MonotonicInstant(seconds: 4000))
            let replay = "play it again with APLDM_SIMULATION_SEED=\(seed)"
            if let violation = simulation.invariants.violations.first {
                Issue.record("\(violation) at \(simulation.now.nanoseconds) ns; \(replay)")
                troubled += 1
            }
            for job in simulation.unfinishedJobs {
                Issue.record("\(job) has not ended after \(simulation.events) events; \(replay)")
                troubled += 1
            }
            if troubled > 5 { return }
        }
    }

    @Test func theSameEventsGiveTheSameActions() {
        for seed in 0..<50 as Range<UInt64> {
            var one = farm(seed: seed)
            var other = farm(seed: seed)
            one.run(until: MonotonicInstant(seconds: 4000))
            other.run(until: MonotonicInstant(seconds: 4000))
            #expect(one.events == other.events && one.now == other.now)
            #expect(one.dispatcher.snapshot == other.dispatcher.snapshot)
        }
    }
}
