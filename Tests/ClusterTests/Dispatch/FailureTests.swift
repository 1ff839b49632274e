import Cluster
import Testing

/// What becomes of tasks and workers when something goes wrong.
struct FailureTests {
    /// A farm with workers from 1 on, one job, and its tasks of one second.
    private func farm(workers: Int, tasks: Int = 1, maxAttempts: Int = 5) -> (DispatcherHarness, [Offer]) {
        var farm = DispatcherHarness()
        for number in 0..<workers { farm.join(UInt64(number + 1)) }
        farm.addJob(1)
        let offers = farm.addTasks(Array(repeating: 1, count: tasks), maxAttempts: maxAttempts).offers
        return (farm, offers)
    }

    @Test func aLostWorkersTasksGoToOthersAtOnce() {
        var (farm, offers) = farm(workers: 2)
        #expect(offers.map(\.worker.number) == [1])
        let again = farm.send(.workerLeft(WorkerID(1), .connectionLost)).offers
        #expect(again.map(\.worker.number) == [2])
        #expect(again.map(\.attempt.number) == [2])
    }

    @Test func aLeaseEndsAfterTenSecondsWithoutProgress() {
        var (farm, _) = farm(workers: 1)
        #expect(farm.wait(9.9).isEmpty == false || farm.dispatcher.snapshot.workers[0].attempts.count == 1)
        _ = farm.wait(0.2)
        #expect(farm.dispatcher.snapshot.workers[0].attempts.isEmpty)
        #expect(farm.dispatcher.snapshot.readyTasks == 1)
    }

    @Test func progressRenewsTheLease() {
        var (farm, _) = farm(workers: 1)
        for step in 1...10 {
            _ = farm.wait(5)
            _ = farm.send(.leaseRenewed(WorkerID(1), progress: UInt64(step)))
        }
        #expect(farm.dispatcher.snapshot.workers[0].attempts.count == 1)
    }

    @Test func statusWithoutProgressRenewsNothing() {
        var (farm, _) = farm(workers: 1)
        for _ in 1...3 {
            _ = farm.wait(5)
            _ = farm.send(.leaseRenewed(WorkerID(1), progress: 7))
        }
        // The first renewed it at five seconds.
        #expect(farm.dispatcher.snapshot.tasks.map(\.failures) == [1])
    }

    @Test func aLateResultOfAnEndedLeaseIsRefused() throws {
        var (farm, offers) = farm(workers: 1)
        let offer = try #require(offers.first)
        _ = farm.wait(11)
        let actions = farm.finish(offer, seconds: 1)
        #expect(actions.contains(.closeAttempt(offer.worker, offer.attempt, .closed)))
        #expect(actions.completed.isEmpty)
    }

    @Test func aSilentWorkerGetsNothingUntilItIsHeardOfAndIsThenSentAway() {
        var (farm, _) = farm(workers: 1)
        #expect(farm.wait(10).offers.isEmpty)
        var heard = farm
        _ = heard.wait(5)
        #expect(heard.send(.leaseRenewed(WorkerID(1), progress: 1)).offers.count == 1)
        #expect(farm.wait(10).contains(.disconnect(WorkerID(1), .silent)))
    }

    @Test func anotherEpochsResultIsRefused() throws {
        var (farm, offers) = farm(workers: 1)
        let offer = try #require(offers.first)
        var attempt = offer.attempt
        attempt.epoch = 0
        let actions = farm.send(.result(offer.worker, attempt, computeSeconds: 1, digest: "d"))
        #expect(actions == [.closeAttempt(offer.worker, attempt, .staleEpoch)])
    }

    @Test func aWorkerThatAnswersForAnothersAttemptIsSentAway() throws {
        var (farm, offers) = farm(workers: 2)
        let offer = try #require(offers.first)
        let actions = farm.send(.result(WorkerID(2), offer.attempt, computeSeconds: 1, digest: "d"))
        #expect(actions.contains(.disconnect(WorkerID(2), .protocolViolation)))
        #expect(actions.completed.isEmpty)
    }

    @Test func anAttemptNumberFromNowhereIsRefused() throws {
        var (farm, offers) = farm(workers: 1)
        var attempt = try #require(offers.first).attempt
        for number in [Int.min, -1, 0, 2, .max] {
            attempt.number = number
            _ = farm.send(.workerJoined(WorkerID(UInt64.random(in: 10...(.max))), DispatcherHarness.worker("x")))
            #expect(farm.send(.taskAccepted(WorkerID(1), attempt, transferSeconds: 0)).completed.isEmpty)
            #expect(farm.send(.result(WorkerID(1), attempt, computeSeconds: 1, digest: "d")).completed.isEmpty)
        }
    }

    @Test func aTaskThatFailsOnThreeWorkersFailsItsJobAndNotTheWorkers() throws {
        var (farm, offers) = farm(workers: 4)
        var offer = try #require(offers.first)
        var failures: [JobFailure] = []
        for _ in 0..<3 {
            let actions = farm.send(.workerLeft(offer.worker, .connectionLost))
            failures += actions.failedJobs
            offer = actions.offers.first ?? farm.wait(2).offers.first ?? offer
        }
        #expect(failures.map(\.reason) == [.poison(TaskID(1))])
        #expect(Set(failures[0].attempts.map(\.worker)).count == 3)
        #expect(farm.dispatcher.snapshot.jobs == 0)
    }

    @Test func poisonousTasksDoNotSetWorkersAside() throws {
        var farm = DispatcherHarness()
        for number in 1...3 { farm.join(UInt64(number)) }
        // More poison than any worker's reputation could bear.
        for job in 1...6 {
            farm.addJob(UInt64(job))
            var offers = farm.addTasks([1], job: UInt64(job)).offers
            for _ in 0..<6 {
                guard let offer = offers.first else { break }
                let actions = farm.fail(offer, .internal)
                offers = actions.offers
                if offers.isEmpty, actions.failedJobs.isEmpty { offers = farm.wait(2).offers }
            }
        }
        #expect(farm.dispatcher.snapshot.jobs == 0)
        #expect(farm.dispatcher.snapshot.workers.allSatisfy { $0.isAvailable })
    }

    @Test func aFailedTaskIsTriedElsewhereFirst() throws {
        var (farm, offers) = farm(workers: 2)
        let offer = try #require(offers.first)
        #expect(farm.fail(offer, .internal).offers.map(\.worker.number) == [2])
    }

    @Test func withoutAnotherWorkerTheSameOneTriesAgain() throws {
        var (farm, offers) = farm(workers: 1)
        #expect(farm.fail(try #require(offers.first), .poison).offers.map(\.worker.number) == [1])
    }

    @Test(arguments: 1...5)
    func noTaskFailsMoreOftenThanItMay(maxAttempts: Int) throws {
        var (farm, offers) = farm(workers: 1, maxAttempts: maxAttempts)
        var failures: [JobFailure] = []
        var tries = 0
        while let offer = offers.first, tries < 20 {
            tries += 1
            let actions = farm.fail(offer, .outOfMemory)
            failures += actions.failedJobs
            offers = actions.offers.isEmpty ? farm.wait(100).offers : actions.offers
        }
        #expect(tries == maxAttempts)
        #expect(failures.map(\.reason) == [.attemptsExhausted(TaskID(1))])
    }

    @Test func outOfMemoryMovesTheTaskToAWorkerWithMore() throws {
        var farm = DispatcherHarness()
        farm.join(1, speed: 4, memory: 1000)
        farm.join(2, speed: 3, memory: 1000)
        farm.join(3, speed: 1, memory: 2000)
        farm.addJob(1)
        let offer = try #require(farm.addTasks([1]).offers.first)
        #expect(offer.worker.number == 1)
        #expect(farm.fail(offer, .outOfMemory).offers.map(\.worker.number) == [3])
    }

    @Test func aDeclinedModelIsNotOfferedAgain() throws {
        var (farm, offers) = farm(workers: 1)
        let offer = try #require(offers.first)
        #expect(farm.send(.taskDeclined(offer.worker, offer.attempt, .modelMissing)).offers.isEmpty)
        #expect(farm.wait(100).offers.isEmpty)
        #expect(farm.join(2).offers.count == 1)
    }

    @Test func threeFailuresSetAWorkerAsideForAWhile() throws {
        var farm = DispatcherHarness()
        farm.join(1)
        var asides: [DispatchAction] = []
        for job in 1...3 {
            farm.addJob(UInt64(job))
            let offer = try #require(farm.addTasks([1], job: UInt64(job)).offers.first)
            let actions = farm.fail(offer, .retryable)
            asides += actions.filter { if case .setAside = $0 { true } else { false } }
            for again in actions.offers { _ = farm.finish(again, seconds: 1) }
        }
        #expect(asides == [.setAside(WorkerID(1), until: MonotonicInstant(seconds: 60))])
        #expect(farm.wait(59).offers.isEmpty)
        #expect(farm.wait(1).offers.count == 1)
    }

    @Test func aWorkerIsKnownByItsNameWhenItComesBack() {
        var farm = DispatcherHarness()
        for connection in 1...3 as ClosedRange<UInt64> {
            _ = farm.send(.workerJoined(WorkerID(connection), DispatcherHarness.worker("crashes")))
            farm.addJob(connection)
            _ = farm.addTasks([1], job: connection)
            _ = farm.send(.workerLeft(WorkerID(connection), .connectionLost))
        }
        #expect(farm.send(.workerJoined(WorkerID(4), DispatcherHarness.worker("crashes"))).offers.isEmpty)
    }

    @Test func aWorkerThatConnectsAgainTakesThePlaceOfItsOldConnection() {
        var (farm, _) = farm(workers: 1)
        let actions = farm.send(.workerJoined(WorkerID(9), DispatcherHarness.worker("w1")))
        #expect(actions.contains(.disconnect(WorkerID(1), .replaced)))
        #expect(actions.offers.map(\.worker.number) == [9])
        #expect(farm.send(.workerLeft(WorkerID(1), .connectionLost)).isEmpty)
    }

    @Test func aDrainingWorkerFinishesWhatItRunsAndGoes() throws {
        var (farm, offers) = farm(workers: 1, tasks: 2)
        let first = try #require(offers.first)
        let actions = farm.send(.drainRequested(WorkerID(1)))
        #expect(actions.contains(.cancel(WorkerID(1), offers[1].attempt)))
        let last = farm.finish(first, seconds: 1)
        #expect(last.completed == [TaskID(1)])
        #expect(last.contains(.disconnect(WorkerID(1), .drained)))
        #expect(last.offers.isEmpty)
    }

    @Test func aHeldWorkerFinishesWhatItRunsAndStays() throws {
        var (farm, offers) = farm(workers: 1, tasks: 2)
        let first = try #require(offers.first)
        let name = try #require(farm.dispatcher.workers.first?.name)
        let actions = farm.send(.held(name, true))
        #expect(actions.contains(.cancel(WorkerID(1), offers[1].attempt)))
        let last = farm.finish(first, seconds: 1)
        #expect(last.completed == [TaskID(1)])
        #expect(!last.contains(.disconnect(WorkerID(1), .drained)))
        #expect(last.offers.isEmpty)
        #expect(farm.dispatcher.workers[0].isHeld && !farm.dispatcher.workers[0].isAvailable)
        #expect(farm.send(.held(name, false)).offers.map(\.attempt.task) == [TaskID(2)])
    }

    @Test func aWorkerThatComesBackIsHeldStill() throws {
        var (farm, _) = farm(workers: 1, tasks: 0)
        let name = try #require(farm.dispatcher.workers.first?.name)
        _ = farm.send(.held(name, true))
        _ = farm.send(.workerLeft(WorkerID(1), .goodbye))
        _ = farm.send(.workerJoined(WorkerID(9), DispatcherHarness.worker(name)))
        #expect(farm.dispatcher.workers.first?.isHeld == true)
        _ = farm.send(.held(name, false))
        #expect(farm.dispatcher.workers.first?.isAvailable == true)
    }

    @Test func onlyWhoIsConnectedOrBlockedCanBeHeld() {
        var farm = DispatcherHarness()
        _ = farm.send(.held("nobody", true))
        #expect(farm.dispatcher.takeChangedStandings(now: farm.now).isEmpty)
        farm.join(1)
        _ = farm.send(.held("w1", true))
        _ = farm.send(.workerLeft(WorkerID(1), .goodbye))
        #expect(
            farm.dispatcher.takeChangedStandings(now: farm.now) == [WorkerStanding(name: "w1", isHeld: true)])
        #expect(farm.dispatcher.absentWorkers(now: farm.now).map(\.name) == ["w1"])
        _ = farm.send(.held("w1", false))
        #expect(farm.dispatcher.absentWorkers(now: farm.now).isEmpty)
        #expect(
            farm.dispatcher.takeChangedStandings(now: farm.now) == [WorkerStanding(name: "w1", isHeld: false)])
    }

    @Test func aHeldWorkerIsHeldAfterARestart() throws {
        var farm = DispatcherHarness(standings: [WorkerStanding(name: "w1", isHeld: true)])
        #expect(farm.dispatcher.absentWorkers(now: farm.now).map(\.isHeld) == [true])
        farm.join(1)
        farm.addJob(1)
        #expect(farm.addTasks([1]).offers.isEmpty)
        #expect(farm.dispatcher.workers.first?.isHeld == true && farm.dispatcher.absentWorkers(now: farm.now).isEmpty)
        #expect(farm.send(.held("w1", false)).offers.count == 1)
    }

    /// One that was set aside, for what is left of its time; however long a clock that was set says that is.
    @Test(arguments: [(30.0, 30.0), (1e9, 960.0)])
    func aWorkerIsSetAsideAfterARestart(seconds: Double, expected: Double) {
        var farm = DispatcherHarness(
            standings: [WorkerStanding(name: "w1", isHeld: false, setAsideSeconds: seconds, timesSetAside: 2)])
        farm.join(1)
        farm.addJob(1)
        #expect(farm.addTasks([1]).offers.isEmpty)
        #expect(farm.wait(expected - 1).offers.isEmpty)
        #expect(farm.wait(1.1).offers.count == 1)
        #expect(farm.dispatcher.takeChangedStandings(now: farm.now).map(\.setAsideSeconds) == [nil])
    }

    @Test func whoeverLetsAWorkerBackForgivesIt() throws {
        var farm = DispatcherHarness(
            standings: [WorkerStanding(name: "w1", isHeld: false, setAsideSeconds: 500, timesSetAside: 2)])
        farm.join(1)
        #expect(farm.dispatcher.workers.first?.isAvailable == false)
        _ = farm.send(.held("w1", false))
        #expect(farm.dispatcher.workers.first?.isAvailable == true)
    }

    @Test func aWorkerThatIsSetAsideIsRemembered() throws {
        var farm = DispatcherHarness()
        farm.join(1)
        // Of nobody who fails is it the task's fault while there is one worker.
        for job in 1...3 {
            farm.addJob(UInt64(job))
            let offer = try #require(farm.addTasks([1], job: UInt64(job), maxAttempts: 1).offers.first)
            _ = farm.fail(offer, .internal)
        }
        let standing = try #require(farm.dispatcher.takeChangedStandings(now: farm.now).last)
        #expect(standing.name == "w1" && !standing.isHeld && standing.timesSetAside == 1)
        #expect(abs((standing.setAsideSeconds ?? 0) - 60) < 1e-6)
        _ = farm.wait(61)
        #expect(farm.dispatcher.takeChangedStandings(now: farm.now).map(\.setAsideSeconds) == [nil])
    }

    @Test func aCancelledJobLeavesNothingBehind() {
        var (farm, offers) = farm(workers: 1, tasks: 3)
        let actions = farm.send(.jobCancelled(JobID(1)))
        for offer in offers { #expect(actions.contains(.cancel(WorkerID(1), offer.attempt))) }
        #expect(farm.dispatcher.snapshot.tasks.isEmpty)
        #expect(farm.dispatcher.snapshot.readyTasks == 0)
        #expect(farm.dispatcher.snapshot.workers[0].attempts.isEmpty)
    }
}
