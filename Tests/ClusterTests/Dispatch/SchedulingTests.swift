import Cluster
import Testing

/// Who gets which task.
struct SchedulingTests {
    @Test func theFastestWorkerGetsTheTask() {
        var farm = DispatcherHarness()
        farm.join(1, speed: 1)
        farm.join(2, speed: 4)
        farm.addJob(1)
        #expect(farm.addTasks([8]).offers.map(\.worker.number) == [2])
    }

    @Test func theLongestGoesFirst() {
        var farm = DispatcherHarness()
        farm.join(1)
        farm.addJob(1)
        #expect(farm.addTasks([1, 5, 3]).offers.map(\.task) == [2, 3])
    }

    @Test func noWorkerHoldsMoreThanItsDepth() throws {
        var farm = DispatcherHarness()
        farm.join(1)
        farm.addJob(1)
        let offers = farm.addTasks([1, 1, 1, 1]).offers
        #expect(offers.count == 2)
        let first = try #require(offers.first)
        farm.now = MonotonicInstant(seconds: 1)
        #expect(farm.finish(first, seconds: 1).offers.count == 1)
    }

    @Test func aSlowWorkerIsPassedOverWhileOthersFinishEverythingSooner() {
        var farm = DispatcherHarness()
        farm.join(1, speed: 10)
        farm.join(2, speed: 1)
        farm.addJob(1)
        #expect(farm.addTasks([10, 10, 10]).offers.map(\.worker.number) == [1, 1])
        #expect(farm.dispatcher.snapshot.readyTasks == 1)
    }

    @Test func aSlowWorkerHelpsWhileMuchWaits() {
        var farm = DispatcherHarness()
        farm.join(1, speed: 10)
        farm.join(2, speed: 1)
        farm.addJob(1)
        let workers = farm.addTasks(Array(repeating: 10, count: 50)).offers.map(\.worker.number)
        #expect(workers.contains(2))
    }

    @Test func theOwnDeviceWorksWhereNobodyElseCan() {
        var farm = DispatcherHarness(local: DispatcherHarness.worker("here"))
        farm.addJob(1)
        #expect(farm.addTasks([1]).offers.map(\.worker) == [.local])
    }

    @Test func theOwnDeviceWorksWhereItFinishesSooner() {
        var farm = DispatcherHarness(local: DispatcherHarness.worker("here", speed: 3))
        farm.join(1, speed: 1)
        farm.addJob(1)
        #expect(farm.addTasks([1]).offers.map(\.worker) == [.local])
        #expect(farm.addTasks([1, 1, 1]).offers.map(\.worker.number).contains(1))
    }

    @Test func aCoordinatorThatDispatchesOnlyWaitsForAWorker() {
        var farm = DispatcherHarness()
        farm.addJob(1)
        #expect(farm.addTasks([1]).offers.isEmpty)
        #expect(farm.join(1).offers.count == 1)
    }

    @Test(arguments: [
        DispatcherHarness.worker("w", numerics: NumericsClass("b")),
        DispatcherHarness.worker("w", models: ["another"]),
        DispatcherHarness.worker("w", operations: [.encodeText]),
        DispatcherHarness.worker("w", memory: 999),
    ])
    func whoCannotDoATaskIsNotAsked(worker: WorkerDescription) {
        var farm = DispatcherHarness()
        _ = farm.send(.workerJoined(WorkerID(1), worker))
        farm.addJob(1)
        #expect(farm.addTasks([1], memory: 1000).offers.isEmpty)
        #expect(farm.join(2).offers.map(\.worker.number) == [2])
    }

    @Test func mixedNumericsLetsEveryClassTakePart() {
        var farm = DispatcherHarness()
        _ = farm.send(.workerJoined(WorkerID(1), DispatcherHarness.worker("w", numerics: NumericsClass("b"))))
        farm.addJob(1, numerics: nil)
        #expect(farm.addTasks([1]).offers.count == 1)
    }

    @Test func aTaskGoesBackToTheWorkerThatHoldsItsData() {
        var farm = DispatcherHarness()
        farm.join(1, speed: 1)
        farm.join(2, speed: 1.5)
        farm.addJob(1)
        #expect(farm.addTasks([1], affinity: WorkerID(1)).offers.map(\.worker.number) == [1])
    }

    @Test func othersTakeATaskWhoseHolderIsBusyForLong() throws {
        var farm = DispatcherHarness()
        farm.join(1)
        farm.addJob(1)
        _ = farm.addTasks([100, 100])
        #expect(farm.addTasks([1], affinity: WorkerID(1)).offers.isEmpty)
        farm.join(2)
        #expect(farm.dispatcher.snapshot.readyTasks == 1)
        #expect(farm.wait(2).offers.map(\.worker.number) == [2])
    }

    @Test func othersTakeATaskWhoseHolderLeft() {
        var farm = DispatcherHarness()
        farm.join(1)
        farm.join(2)
        farm.addJob(1)
        _ = farm.send(.workerLeft(WorkerID(1), .goodbye))
        #expect(farm.addTasks([1], affinity: WorkerID(1)).offers.map(\.worker.number) == [2])
    }
}
