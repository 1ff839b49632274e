import Cluster
import Testing

/// What is refused, and what nonsense does.
struct LimitTests {
    @Test func aFullFarmSendsFurtherWorkersAway() {
        var policy = DispatchPolicy()
        policy.workerLimit = 2
        var farm = DispatcherHarness(policy: policy, local: DispatcherHarness.worker("here"))
        #expect(farm.join(1).isEmpty && farm.join(2).isEmpty)
        #expect(farm.join(3) == [.disconnect(WorkerID(3), .farmFull)])
        _ = farm.send(.workerLeft(WorkerID(1), .goodbye))
        #expect(farm.join(4).isEmpty)
    }

    @Test func noPolicyLetsMoreWorkersInThanThereAreSlots() {
        var policy = DispatchPolicy()
        policy.workerLimit = .max
        var farm = DispatcherHarness(policy: policy)
        for number in 1...600 as ClosedRange<UInt64> { farm.join(number) }
        #expect(farm.dispatcher.snapshot.workers.count == 511)
    }

    @Test func aFullQueueRefusesFurtherJobs() {
        var policy = DispatchPolicy()
        policy.jobLimit = 2
        var farm = DispatcherHarness(policy: policy)
        for job in 1...2 as ClosedRange<UInt64> { #expect(farm.addJob(job).isEmpty) }
        #expect(farm.addJob(3).failedJobs.map(\.reason) == [.queueFull(limit: 2)])
        _ = farm.send(.jobFinished(JobID(1)))
        #expect(farm.addJob(4).isEmpty)
    }

    @Test func aJobWithTooManyTasksFails() {
        var policy = DispatchPolicy()
        policy.taskLimit = 2
        var farm = DispatcherHarness(policy: policy)
        farm.addJob(1)
        #expect(farm.addTasks([1, 1, 1]).failedJobs.map(\.reason) == [.tooManyTasks(limit: 2)])
        #expect(farm.dispatcher.snapshot.tasks.isEmpty && farm.dispatcher.snapshot.readyTasks == 0)
    }

    @Test func noPolicyMakesALeaseLongerThanTenSeconds() {
        var policy = DispatchPolicy()
        policy.lease = 1000
        var farm = DispatcherHarness(policy: policy)
        farm.join(1)
        farm.addJob(1)
        _ = farm.addTasks([1])
        #expect(farm.dispatcher.snapshot.workers[0].leaseEnds == [MonotonicInstant(seconds: 10)])
    }

    @Test func eventsOfStrangersChangeNothing() {
        var farm = DispatcherHarness()
        let attempt = AttemptID(epoch: 1, task: TaskID(1), number: 1)
        for event in [
            DispatchEvent.workerLeft(WorkerID(7), .connectionLost), .leaseRenewed(WorkerID(7), progress: 1),
            .taskAccepted(WorkerID(7), attempt, transferSeconds: 1), .progress(WorkerID(7), attempt),
            .taskDeclined(WorkerID(7), attempt, .draining), .drainRequested(WorkerID(7)),
            .result(WorkerID(7), attempt, computeSeconds: 1, digest: "d"), .jobCancelled(JobID(7)),
            .failed(WorkerID(7), attempt, .poison, message: ""), .jobFinished(JobID(7)), .tick,
        ] {
            #expect(farm.send(event).isEmpty)
        }
    }

    @Test(arguments: [Double.nan, .infinity, -1, 0, 1e-300, 1e300])
    func nonsenseInDescriptionsIsDispatchedAllTheSame(value: Double) {
        var farm = DispatcherHarness()
        farm.join(1, speed: value)
        farm.addJob(1, priority: .min, weight: value)
        let task = TaskDescription(
            id: TaskID(1), job: JobID(1), costKey: CostKey(operation: .upsample, model: nil, shape: [.max]),
            work: value, memory: .min, maxAttempts: .max)
        #expect(farm.send(.tasksAdded([task])).offers.count == 1)
        #expect(farm.wait(1e9).isEmpty == false)
    }

    @Test(arguments: [0, 1, 15, 16, 17, 1000, 1 << 40, (1 << 40) + 1, .max])
    func memoryIsRoundedUpByAnEighthAtMost(bytes: Int) {
        var farm = DispatcherHarness()
        farm.join(1, memory: bytes)
        farm.addJob(1)
        // What takes all of a power of two fits; the rest finds a worker with an eighth more.
        let offers = farm.addTasks([1], memory: bytes).offers
        let more = bytes.addingReportingOverflow(bytes / 8 + 1)
        farm.join(2, memory: more.overflow ? .max : more.partialValue)
        #expect(!offers.isEmpty || farm.dispatcher.snapshot.readyTasks == 0)
    }
}
