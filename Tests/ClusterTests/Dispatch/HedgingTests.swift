import Cluster
import Testing

/// Second attempts for tasks that take too long.
struct HedgingTests {
    /// Two equal workers, one task of ten seconds on the first.
    private func farm() throws -> (DispatcherHarness, Offer) {
        var farm = DispatcherHarness()
        farm.join(1)
        farm.join(2)
        farm.addJob(1)
        let offer = try #require(farm.addTasks([10]).offers.first)
        return (farm, offer)
    }

    /// Lets time pass while both workers show progress.
    private func wait(_ seconds: Int, _ farm: inout DispatcherHarness) -> [DispatchAction] {
        var actions: [DispatchAction] = []
        for _ in 0..<seconds {
            actions += farm.wait(1)
            for worker in 1...2 as ClosedRange<UInt64> {
                let progress = UInt64(farm.now.nanoseconds)
                actions += farm.send(.leaseRenewed(WorkerID(worker), progress: progress))
            }
        }
        return actions
    }

    @Test func aTaskPastItsPredictionGetsASecondAttempt() throws {
        var (farm, offer) = try farm()
        #expect(wait(14, &farm).offers.isEmpty)
        let offers = wait(1, &farm).offers
        #expect(offers.map(\.worker.number) == [2])
        #expect(offers.map(\.task) == [offer.task])
    }

    @Test func thereAreNeverMoreThanTwo() throws {
        var (farm, _) = try farm()
        farm.join(3)
        farm.join(4)
        #expect(wait(100, &farm).offers.count == 1)
    }

    @Test func theFirstResultWinsAndTheOtherAttemptIsCancelled() throws {
        var (farm, first) = try farm()
        let second = try #require(wait(15, &farm).offers.first)
        let actions = farm.finish(second, seconds: 10)
        #expect(actions.contains(.complete(second.attempt, by: second.worker)))
        #expect(actions.contains(.cancel(first.worker, first.attempt)))
        let late = farm.finish(first, seconds: 15)
        #expect(late == [.closeAttempt(first.worker, first.attempt, .closed)])
    }

    @Test func aSecondResultWithAnotherDigestIsReportedOnce() throws {
        var (farm, first) = try farm()
        let second = try #require(wait(15, &farm).offers.first)
        _ = farm.finish(second, seconds: 10, digest: "one")
        let results = NondeterministicResults(
            accepted: second.attempt, acceptedDigest: "one", other: first.attempt, otherDigest: "two")
        let late = farm.finish(first, seconds: 15, digest: "two")
        #expect(late.contains(.nondeterminism(TaskID(first.task), results)))
        #expect(!farm.finish(first, seconds: 15, digest: "two").contains(.nondeterminism(TaskID(first.task), results)))
    }

    @Test func resultsAreToldApartOnlyWhereThereCanBeTwo() throws {
        var (farm, first) = try farm()
        #expect(!farm.dispatcher.isContested(first.attempt.task))
        #expect(wait(15, &farm).offers.count == 1)
        #expect(farm.dispatcher.isContested(first.attempt.task))
    }

    @Test func otherNumericsMayDiffer() throws {
        var farm = DispatcherHarness()
        farm.join(1)
        _ = farm.send(.workerJoined(WorkerID(2), DispatcherHarness.worker("other", numerics: NumericsClass("b"))))
        farm.addJob(1, numerics: nil)
        let first = try #require(farm.addTasks([10]).offers.first)
        let second = try #require(wait(15, &farm).offers.first)
        _ = farm.finish(second, seconds: 10, digest: "one")
        #expect(farm.finish(first, seconds: 15, digest: "two").count == 1)
    }

    @Test func aShortTaskIsNotHedgedForALittleDelay() throws {
        var farm = DispatcherHarness()
        farm.join(1)
        farm.join(2)
        farm.addJob(1)
        #expect(farm.addTasks([0.01]).offers.count == 1)
        #expect(farm.wait(0.1).offers.isEmpty)
        #expect(farm.wait(0.05).offers.map(\.worker.number) == [2])
    }

    @Test func whatIsHeldElsewhereIsHedgedOnlyWhereReplayingIsFaster() throws {
        var farm = DispatcherHarness()
        farm.join(1)
        farm.join(2)
        farm.addJob(1)
        // Twenty seconds to replay: worth it once the first has taken thirty itself.
        #expect(farm.addTasks([10], affinity: WorkerID(1), replayWork: 20).offers.map(\.worker.number) == [1])
        #expect(wait(29, &farm).offers.isEmpty)
        #expect(wait(2, &farm).offers.map(\.worker.number) == [2])
    }

    @Test func aReplayTeachesNothingOfTheTask() throws {
        var farm = DispatcherHarness()
        farm.join(2)
        farm.addJob(1)
        for _ in 0..<4 {
            let offer = try #require(farm.addTasks([1], affinity: WorkerID(1), replayWork: 4).offers.first)
            _ = farm.wait(5)
            _ = farm.finish(offer, seconds: 5)
        }
        let task = try #require(farm.addTasks([1], affinity: WorkerID(2), replayWork: 4).offers.first)
        let finish = farm.dispatcher.predictedFinish(of: TaskID(task.task), on: WorkerID(2), now: farm.now)
        // The task itself is also in the worker's queue.
        #expect(finish == 2)
    }

    @Test func nobodyHedgesWhereItWouldTakeLonger() throws {
        var farm = DispatcherHarness()
        farm.join(1, speed: 10)
        farm.join(2, speed: 0.1)
        farm.addJob(1)
        _ = farm.addTasks([100])
        #expect(wait(16, &farm).offers.isEmpty)
    }

    @Test func secondAttemptsStayWithinTheirShare() throws {
        var farm = DispatcherHarness()
        for worker in 1...40 as ClosedRange<UInt64> { farm.join(worker) }
        farm.addJob(1)
        // Forty tasks of one second allow two seconds of second attempts.
        let offers = farm.addTasks(Array(repeating: 1, count: 40)).offers
        #expect(offers.count == 40)
        for offer in offers.prefix(30) { _ = farm.finish(offer, seconds: 1) }
        var hedges = 0
        for _ in 0..<7 { hedges += farm.wait(1).offers.count }
        #expect(hedges == 2)
        let seconds = try #require(farm.dispatcher.dispatchedSeconds(of: JobID(1)))
        #expect(seconds.hedged <= 0.05 * seconds.first)
    }

    @Test func anAttemptThatMayNeverEndIsHedgedBeyondTheShare() {
        var farm = DispatcherHarness()
        for worker in 1...4 as ClosedRange<UInt64> { farm.join(worker) }
        farm.addJob(1)
        let offers = farm.addTasks([1, 1]).offers
        #expect(offers.count == 2)
        var hedges = 0
        for _ in 0..<7 { hedges += farm.wait(1).offers.count }
        #expect(hedges == 1)
        #expect(farm.wait(1.5).offers.count == 1)
    }

    @Test func whatAnOverdueWorkerHoldsTheDataOfWaitsForItAsLongAsItsPatienceLasts() throws {
        var farm = DispatcherHarness()
        farm.join(1)
        farm.addJob(1)
        #expect(farm.addTasks([1], affinity: WorkerID(1)).offers.count == 1)
        let behind = try #require(farm.addTasks([1.5], affinity: WorkerID(1)).offers.first)
        farm.join(2)
        farm.join(3)
        // The first is overdue at 1.5 seconds, and hedged; the second waits for its holder until 2.
        let early = farm.wait(1.6)
        #expect(!early.contains(.cancel(WorkerID(1), behind.attempt)))
        #expect(early.offers.map(\.task) == [1])
        let late = farm.wait(0.5)
        #expect(late.contains(.cancel(WorkerID(1), behind.attempt)))
        #expect(late.offers.map(\.task) == [2])
    }

    @Test func whatWaitsBehindAnOverdueTaskGoesToOthers() throws {
        var farm = DispatcherHarness()
        farm.join(1)
        farm.addJob(1)
        let offers = farm.addTasks([10, 9]).offers
        #expect(offers.count == 2)
        farm.join(2)
        let actions = wait(15, &farm)
        #expect(actions.contains(.cancel(WorkerID(1), offers[1].attempt)))
        #expect(actions.offers.map(\.worker.number).contains(2))
    }
}
