import Cluster
import Foundation
import Testing

/// How close to the ideal a job of many tiles ends.
struct MakespanTests {
    /// Ratio of the time until all is done to the ideal, the work over the speeds of all; the mean of several seeds.
    private func ratio(
        speeds: [Double], tasks: Int, stragglers: Double, hedging: Bool, frozen: Bool = false, seeds: Range<UInt64>
    ) -> Double {
        var policy = DispatchPolicy()
        if !hedging { policy.hedgeThreshold = 1e9 }
        var sum = 0.0
        for seed in seeds {
            let workers = speeds.enumerated().map { number, speed in
                var character = SimulatedWorker.Character(speed: speed)
                character.stragglers = stragglers
                return (DispatcherHarness.worker("w\(number)", speed: speed), character)
            }
            var simulation = Simulation(seed: seed, workers: workers, policy: policy, checks: false)
            simulation.lateCancellations = 0
            let description = JobDescription(
                id: JobID(1), tenant: TenantID("t"), numericsClass: DispatcherHarness.classA)
            let round = (0..<tasks).map { index in
                TaskDescription(
                    id: TaskID(UInt64(index)), job: JobID(1),
                    costKey: CostKey(operation: .decodeTile, model: DispatcherHarness.model, shape: [64, 64]), work: 4)
            }
            simulation.add(Simulation.Job(description: description, rounds: [round]))
            if frozen {
                simulation.run(until: MonotonicInstant(seconds: 1))
                simulation.freeze(worker: 0, for: 60)
            }
            simulation.run(until: MonotonicInstant(seconds: 10_000))
            let end = simulation.jobs[JobID(1)]?.finishedAt ?? MonotonicInstant(seconds: 10_000)
            let ideal = Double(tasks) * 4 / speeds.reduce(0, +)
            sum += MonotonicInstant.zero.duration(to: end) / .seconds(1) / ideal
        }
        return sum / Double(seeds.count)
    }

    private static let mixed = (0..<16).map { [0.5, 1, 2, 4][$0 % 4] }

    @Test func stragglersOfAMixedFarmAreHedged() {
        let with = ratio(speeds: Self.mixed, tasks: 144, stragglers: 0.03, hedging: true, seeds: 0..<20)
        let without = ratio(speeds: Self.mixed, tasks: 144, stragglers: 0.03, hedging: false, seeds: 0..<20)
        print("makespan over ideal, 16 mixed workers, 3 % stragglers: \(with) hedged, \(without) not")
        let undisturbed = ratio(speeds: Self.mixed, tasks: 144, stragglers: 0, hedging: true, seeds: 0..<10)
        #expect(undisturbed < 1.1)
        #expect(with < 1.6)
        #expect(without > 1.3 * with)
    }

    @Test func aWorkerThatFreezesUnnoticedCostsLittle() {
        let with = ratio(speeds: [1, 1, 1, 1], tasks: 32, stragglers: 0, hedging: true, frozen: true, seeds: 0..<10)
        let without = ratio(
            speeds: [1, 1, 1, 1], tasks: 32, stragglers: 0, hedging: false, frozen: true, seeds: 0..<10)
        print("makespan over ideal, one of 4 frozen for 60 s: \(with) hedged, \(without) by leases alone")
        #expect(with < 1.7)
    }

    @Test func aFarmOfFiveHundredFinishes() {
        let speeds = (0..<500).map { [0.5, 1, 2, 4][$0 % 4] }
        let ratio = ratio(speeds: speeds, tasks: 3000, stragglers: 0.03, hedging: true, seeds: 0..<1)
        print("makespan over ideal, 500 mixed workers: \(ratio)")
        #expect(ratio < 4)
    }

    /// The figure is printed and not judged, as it depends on the host.
    @Test func decisionsPerSecond() {
        var dispatcher = Dispatcher(epoch: 1)
        for number in 0..<200 {
            let description = DispatcherHarness.worker("w\(number)", speed: [0.5, 1, 2, 4][number % 4])
            _ = dispatcher.receive(.workerJoined(WorkerID(UInt64(number + 1)), description), now: .zero)
        }
        var waiting: [Offer] = []
        let clock = ContinuousClock()
        let adding = clock.measure {
            for number in 0..<10_000 {
                let job = JobDescription(
                    id: JobID(UInt64(number)), tenant: TenantID("t\(number % 100)"), priority: number % 3,
                    numericsClass: DispatcherHarness.classA)
                _ = dispatcher.receive(.jobAdded(job), now: .zero)
                let tasks = (0..<4).map { index in
                    TaskDescription(
                        id: TaskID(UInt64(number * 4 + index)), job: job.id,
                        costKey: CostKey(
                            operation: .decodeTile, model: DispatcherHarness.model, shape: [64, 64 + number % 16]),
                        work: 1 + Double(number % 16))
                }
                waiting += dispatcher.receive(.tasksAdded(tasks), now: .zero).offers
            }
        }
        var next = 0
        var now = MonotonicInstant.zero
        let running = clock.measure {
            while next < waiting.count {
                let offer = waiting[next]
                next += 1
                now = now.advanced(by: .milliseconds(1))
                waiting +=
                    dispatcher.receive(
                        .taskAccepted(offer.worker, offer.attempt, transferSeconds: 0), now: now
                    ).offers
                let result = DispatchEvent.result(offer.worker, offer.attempt, computeSeconds: 1, digest: "d")
                waiting += dispatcher.receive(result, now: now).offers
            }
        }
        let each = running / 40_000
        print("200 workers, 10,000 jobs: \(adding / 10_000) to add a job of four tasks, \(each) to dispatch a task")
        #expect(dispatcher.snapshot.tasks.allSatisfy { if case .complete = $0.state { true } else { false } })
    }
}
