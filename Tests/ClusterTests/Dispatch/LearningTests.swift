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
            farm.now = farm.now.advanced(by: .seconds(seconds))
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

    // What is learned of one task counts for others.

    /// Runs a task on a worker a few times while the others get nothing.
    private func run(
        _ farm: inout DispatcherHarness, on worker: UInt64, work: Double = 1, seconds: Double, times: Int = 3,
        operation: ClusterOperation = .decodeTile
    ) throws {
        for _ in 0..<times {
            let offer = try #require(
                farm.addTasks([work], operation: operation, affinity: WorkerID(worker)).offers.first)
            #expect(offer.worker.number == worker)
            farm.now = farm.now.advanced(by: .seconds(seconds))
            _ = farm.finish(offer, seconds: seconds)
        }
    }

    /// Seconds that each worker is predicted to take for a task that nobody has done.
    private func unmeasured(_ farm: DispatcherHarness, workers: Int = 2, bytes: Int = 0) throws -> [Double] {
        var farm = farm
        for worker in 1...workers { _ = farm.send(.held("w\(worker)", true)) }
        _ = farm.addTasks([1], operation: .predictNoise, outputBytes: bytes)
        let task = try #require(farm.dispatcher.snapshot.tasks.last?.id)
        return try (1...workers).map { worker in
            try #require(
                farm.dispatcher.predictedFinish(of: task, on: WorkerID(UInt64(worker)), now: farm.now))
        }
    }

    @Test func aWorkerThatIsSlowerThanItSaysIsSoForAllTasks() throws {
        var farm = farm(speed: 1)
        farm.join(2)
        try run(&farm, on: 1, work: 0.5, seconds: 0.5)
        try run(&farm, on: 2, work: 0.5, seconds: 5)
        let seconds = try unmeasured(farm)
        #expect(seconds[1] > 3 * seconds[0] && seconds[0] < 2, "\(seconds)")
    }

    @Test func whatIsHeavierForEverybodyCountsAgainstNobody() throws {
        var farm = farm(speed: 1)
        farm.join(2)
        for _ in 0..<4 {
            for worker in [1, 2] as [UInt64] { try run(&farm, on: worker, seconds: 3, times: 1) }
        }
        let seconds = try unmeasured(farm)
        #expect(seconds.max()! < 1.1 * seconds.min()! && seconds.max()! < 2, "\(seconds)")
    }

    @Test func oneStragglerHardlyCounts() throws {
        var farm = farm(speed: 1)
        try run(&farm, on: 1, work: 0.4, seconds: 0.4, times: 20)
        let before = try unmeasured(farm, workers: 1)[0]
        try run(&farm, on: 1, work: 0.4, seconds: 8, times: 1)
        #expect(try unmeasured(farm, workers: 1)[0] < 1.3 * before)
        try run(&farm, on: 1, work: 0.4, seconds: 0.4, times: 1)
        try run(&farm, on: 1, work: 0.4, seconds: 8, times: 1)
        #expect(try unmeasured(farm, workers: 1)[0] < 1.6 * before)
    }

    @Test func whoeverBecomesSlowIsKnownAfterTwoTasks() throws {
        var farm = farm(speed: 1)
        try run(&farm, on: 1, work: 0.4, seconds: 0.4, times: 20)
        try run(&farm, on: 1, work: 2, seconds: 2, times: 3)
        try run(&farm, on: 1, work: 0.4, seconds: 8, times: 2)
        let task = try #require(farm.addTasks([2]).offers.first)
        let finish = try #require(
            farm.dispatcher.predictedFinish(of: TaskID(task.task), on: WorkerID(1), now: farm.now))
        // What was measured of other tasks does not count any more, either. The task is also in its queue.
        #expect(finish / 2 > 20)
    }

    /// It is a number whatever it claims, and others see theirs.
    @Test func whoeverChangesToAndFroWithoutEndIsStillPredicted() throws {
        var farm = farm(speed: 1)
        for round in 0..<600 {
            let offer = try #require(farm.addTasks([0.5]).offers.first)
            farm.now = farm.now.advanced(by: .seconds(5))
            _ = farm.finish(offer, seconds: round % 4 < 2 ? 5 : 1e-6)
        }
        let seconds = try unmeasured(farm, workers: 1)[0]
        #expect(seconds.isFinite && seconds > 0)
        #expect(farm.addTasks([0.5, 0.5]).offers.count == 2)
    }

    /// Others may always be done before it.
    @Test func whatIsGivenUpTeachesHowLongItTookAtLeast() throws {
        var farm = farm(speed: 1)
        farm.join(2)
        var offers: [Offer] = []
        for _ in 0..<8 {
            offers = farm.addTasks([1, 1]).offers
            // The first computes its own and then what the second is late with.
            while let next = offers.first(where: { $0.worker.number == 1 }) {
                offers.removeAll { $0 == next }
                for _ in 0..<10 { offers += farm.wait(0.1).offers }
                offers += farm.finish(next, seconds: 1).offers
            }
            for late in offers where farm.isLive(late) {
                for _ in 0..<10 { offers += farm.wait(0.1).offers }
                for hedge in offers where hedge.worker.number == 1 { _ = farm.finish(hedge, seconds: 1) }
            }
        }
        #expect(farm.addTasks([1, 1]).offers.allSatisfy { $0.worker.number == 1 })
    }

    /// Or nobody would know that it is no longer slow.
    @Test func whoeverGotNothingForLongIsTriedAgain() throws {
        var farm = farm(speed: 1)
        farm.join(2)
        try run(&farm, on: 1, work: 0.5, seconds: 0.5)
        try run(&farm, on: 2, work: 0.5, seconds: 5)
        func isAsked() -> Bool {
            var other = farm
            return other.addTasks([1, 1], operation: .encodeTile).offers.contains { $0.worker.number == 2 }
        }
        #expect(!isAsked())
        try run(&farm, on: 1, seconds: 1, times: 100)
        #expect(isAsked())
    }

    @Test func whoeverTakesLongForItsTaskIsNotDoubted() throws {
        var policy = DispatchPolicy()
        policy.hedgePatience = 1e6
        var farm = DispatcherHarness(policy: policy)
        farm.join(1)
        farm.join(2)
        farm.addJob(1)
        try run(&farm, on: 2, work: 0.5, seconds: 5)
        let before = try unmeasured(farm)[1]
        #expect(farm.addTasks([0.5], affinity: WorkerID(2)).offers.count == 1)
        for _ in 0..<20 {
            try run(&farm, on: 1, work: 0.5, seconds: 5, times: 1)
            _ = farm.send(.leaseRenewed(WorkerID(2), progress: UInt64(farm.now.nanoseconds)))
        }
        let offer = Offer(worker: WorkerID(2), attempt: AttemptID(epoch: 1, task: TaskID(4), number: 1))
        #expect(farm.isLive(offer))
        _ = farm.finish(offer, seconds: 5)
        #expect(try unmeasured(farm)[1] > 0.9 * before)
    }

    // The way.

    /// The inputs of a task come in so many seconds; those of them that the worker measured are nil for all.
    private func send(
        _ farm: inout DispatcherHarness, to worker: UInt64, megabytes: Int, seconds: Double, measured: Double? = nil,
        job: UInt64 = 1
    ) throws {
        let offer = try #require(farm.addTasks([0.01], job: job, affinity: WorkerID(worker)).offers.first)
        _ = farm.send(.inputsSent(offer.worker, offer.attempt, byteCount: megabytes << 20))
        farm.now = farm.now.advanced(by: .seconds(seconds))
        _ = farm.send(.taskAccepted(offer.worker, offer.attempt, transferSeconds: measured ?? seconds))
        farm.now = farm.now.advanced(by: .milliseconds(10))
        _ = farm.finish(offer, seconds: 0.01)
    }

    /// How much longer a task with a result of a mebibyte takes on the second worker, in seconds.
    private func way(_ farm: DispatcherHarness) throws -> Double {
        let near = try unmeasured(farm)
        let far = try unmeasured(farm, bytes: 1 << 20)
        return (far[1] - near[1]) - (far[0] - near[0])
    }

    @Test func whatIsOnItsWayForLongCounts() throws {
        var farm = farm(speed: 1)
        farm.join(2)
        try send(&farm, to: 2, megabytes: 8, seconds: 8)
        #expect(abs(try way(farm) - 1) < 0.1)
    }

    /// Such as what was cancelled, or another's inputs.
    @Test func whatWasOnTheWayBeforeDoesNotCount() throws {
        var farm = farm(speed: 1)
        farm.join(2)
        try send(&farm, to: 2, megabytes: 1, seconds: 9, measured: 1)
        #expect(abs(try way(farm) - 1) < 0.1)
    }

    /// What a worker says cannot be longer than it had.
    @Test(arguments: [1e300, .infinity, .nan, -1])
    func nonsenseIsNoTime(seconds: Double) throws {
        var farm = farm(speed: 1)
        farm.join(2)
        try send(&farm, to: 2, megabytes: 8, seconds: 0.5, measured: seconds)
        #expect(try way(farm) < 0.1)
    }

    @Test func oneStallOfAWayHardlyCountsAndTwoDo() throws {
        var farm = farm(speed: 1)
        farm.join(2)
        for _ in 0..<5 { try send(&farm, to: 2, megabytes: 8, seconds: 0.8) }
        try send(&farm, to: 2, megabytes: 8, seconds: 8)
        #expect(try way(farm) < 0.2)
        try send(&farm, to: 2, megabytes: 8, seconds: 8)
        #expect(try way(farm) > 0.8)
    }

    @Test func aWayIsTriedAgain() throws {
        var farm = farm(speed: 1)
        farm.join(2)
        try send(&farm, to: 2, megabytes: 1, seconds: 9)
        try run(&farm, on: 1, seconds: 1, times: 100)
        #expect(try way(farm) < 1)
    }

    @Test func whatDidNotArriveBeforeItWasGivenUpCounts() throws {
        var farm = farm(speed: 1)
        farm.join(2)
        let first = try #require(farm.addTasks([1], affinity: WorkerID(2)).offers.first)
        _ = farm.send(.inputsSent(WorkerID(2), first.attempt, byteCount: 1 << 20))
        let second = try #require(farm.wait(5).offers.first)
        #expect(second.task == first.task && second.worker.number == 1)
        _ = farm.finish(second, seconds: 1)
        #expect(try way(farm) > 4)
    }

    /// Its inputs are behind it, and only its result is to come.
    @Test func whatIsLeftOfATaskAfterItsInputsCameIsShorter() throws {
        var farm = farm(speed: 1)
        farm.join(2)
        try send(&farm, to: 2, megabytes: 1, seconds: 5)
        let task = try #require(
            farm.addTasks([1], affinity: WorkerID(2), isPlanned: true, inputBytes: 1 << 20).offers.first)
        func left() throws -> Double {
            try #require(
                farm.dispatcher.predictedFinish(of: TaskID(1), on: WorkerID(2), now: farm.now))
        }
        let before = try left()
        _ = farm.send(.inputsSent(WorkerID(2), task.attempt, byteCount: 1 << 20))
        farm.now = farm.now.advanced(by: .seconds(1))
        _ = farm.send(.taskAccepted(WorkerID(2), task.attempt, transferSeconds: 1))
        #expect(try left() < before - 3)
    }

    /// A map that several tasks look at is sent once.
    @Test func whatAWorkerKeepsForOtherTasksIsNotSentAgain() throws {
        var farm = farm(speed: 1)
        farm.join(2)
        try send(&farm, to: 2, megabytes: 1, seconds: 5)
        let first = try #require(
            farm.addTasks([1], affinity: WorkerID(2), inputBytes: 1 << 20, sessionInput: 7).offers.first)
        _ = farm.finish(first, seconds: 0.01)
        func isTaken(_ input: UInt64) -> Bool {
            var other = farm
            let offers = other.addTasks(
                [1, 1], operation: .attendPositions, inputBytes: 1 << 20, sessionInput: input
            ).offers
            return offers.contains { $0.worker.number == 2 }
        }
        #expect(isTaken(7) && !isTaken(8))
    }
}
