import Cluster
import Testing

/// What the dispatcher says of jobs that cannot go on.
struct ObstacleTests {
    private static let large = 2 << 30

    @Test func aJobThatNobodyCanTakeIsObstructedWhileOthersRun() throws {
        var farm = DispatcherHarness()
        farm.join(1)
        farm.addJob(1)
        farm.addJob(2)
        #expect(farm.addTasks([1], job: 1).offers.count == 1)
        #expect(farm.addTasks([1, 1], job: 2, memory: Self.large).offers.isEmpty)
        let obstructed = farm.dispatcher.obstructedJobs
        #expect(Array(obstructed.keys) == [JobID(2)])
        let line = try #require(obstructed[JobID(2)]?.first)
        #expect(line.contains("w1") && line.contains("1024 MiB") && line.contains("2048 MiB"))
        // The farm as a whole is not stuck.
        #expect(farm.dispatcher.obstacles(now: farm.now) == nil)
    }

    @Test func whoeverCanTakeItEndsTheObstruction() {
        var farm = DispatcherHarness()
        farm.join(1)
        farm.addJob(1)
        _ = farm.addTasks([1], memory: Self.large)
        #expect(!farm.dispatcher.obstructedJobs.isEmpty)
        #expect(farm.join(2, memory: Self.large).offers.count == 1)
        #expect(farm.dispatcher.obstructedJobs.isEmpty)
    }

    @Test func aJobOfWhichSomethingCanBeDoneIsNotObstructed() {
        var farm = DispatcherHarness()
        farm.join(1)
        farm.addJob(1)
        _ = farm.addTasks([1], memory: Self.large)
        _ = farm.addTasks([1])
        #expect(farm.dispatcher.obstructedJobs.isEmpty)
    }

    @Test func whatPassesIsNoObstruction() {
        var farm = DispatcherHarness()
        farm.addJob(1)
        _ = farm.addTasks([1])
        // Nobody is there: somebody may come.
        #expect(farm.dispatcher.obstructedJobs.isEmpty)
        farm.join(1)
        _ = farm.send(.drainRequested(WorkerID(1)))
        #expect(farm.dispatcher.obstructedJobs.isEmpty)
    }
}
