import Cluster
import Testing

/// What the dispatcher learns of workers.
struct LearningTests {
    private func prediction(_ farm: inout DispatcherHarness) throws -> Double {
        let task = try #require(farm.dispatcher.snapshot.tasks.last?.id)
        return try #require(farm.dispatcher.predictedFinish(of: task, on: WorkerID(1), now: farm.now))
    }

    private func farm(speed: Double) -> DispatcherHarness {
        var policy = DispatchPolicy()
        policy.lease = 10
        var farm = DispatcherHarness(policy: policy)
        farm.join(1, speed: speed)
        farm.addJob(1)
        return farm
    }

    @Test func atFirstItIsWorkOverSpeed() throws {
        var farm = farm(speed: 4)
        _ = farm.addTasks([1])
        _ = farm.send(.jobFinished(JobID(1)))
        farm.addJob(2)
        _ = farm.addTasks([8], job: 2)
        #expect(abs(try prediction(&farm) - 4) < 1e-9)
    }

    @Test func theFirstRunIsNotCountedAndLaterOnesAreAveraged() throws {
        var farm = farm(speed: 1)
        farm.join(2, speed: 0.001)
        var predictions: [Double] = []
        for seconds in [9.0, 2, 3] {
            let offer = try #require(farm.addTasks([1]).offers.first)
            #expect(offer.worker.number == 1)
            farm.now = farm.now.advanced(by: .seconds(9))
            _ = farm.finish(offer, seconds: seconds)
            predictions.append(try prediction(&farm))
        }
        #expect(zip(predictions, [1, 2, 2.3]).allSatisfy { abs($0 - $1) < 1e-9 }, "\(predictions)")
    }

    @Test(arguments: [0, -1, Double.nan, .infinity, 1e300])
    func nonsenseTeachesNothingThatBreaks(seconds: Double) throws {
        var farm = farm(speed: 1)
        for _ in 0..<3 {
            let offer = try #require(farm.addTasks([1]).offers.first)
            farm.now = farm.now.advanced(by: .seconds(9))
            _ = farm.finish(offer, seconds: seconds)
        }
        let predicted = try prediction(&farm)
        #expect(predicted > 0 && predicted <= 9)
    }
}
