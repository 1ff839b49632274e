import Cluster
import Testing

/// Who gets which tiles of a pass.
struct PlacementTests {
    private static let key = CostKey(operation: .decodeTile, model: DispatcherHarness.model, shape: [])

    private func place(
        _ farm: DispatcherHarness, _ work: [Double], memory: Int = 0, transfer: (WorkerID) -> Double = { _ in 0 }
    ) -> [UInt64?] {
        farm.dispatcher.placement(
            of: work, Self.key, memory: memory, job: JobID(1), now: farm.now, transfer: transfer
        ).map { $0?.number }
    }

    /// The only worker takes a task so many times.
    private func run(_ farm: inout DispatcherHarness, work: Double, seconds: Double, times: Int) throws {
        for _ in 0..<times {
            let offer = try #require(farm.addTasks([work]).offers.first)
            farm.now = farm.now.advanced(by: .seconds(seconds))
            _ = farm.finish(offer, seconds: seconds)
        }
    }

    @Test func equalWorkersGetEqualParts() {
        var farm = DispatcherHarness()
        for number in 1...3 as ClosedRange<UInt64> { farm.join(number) }
        farm.addJob(1)
        let places = place(farm, Array(repeating: 10, count: 12))
        #expect([1, 2, 3].map { number in places.count { $0 == number } } == [4, 4, 4])
    }

    @Test func fasterWorkersGetMore() {
        var farm = DispatcherHarness()
        farm.join(1, speed: 3)
        farm.join(2, speed: 1)
        farm.addJob(1)
        let places = place(farm, Array(repeating: 10, count: 8))
        #expect(places.count { $0 == 1 } == 6 && places.count { $0 == 2 } == 2)
    }

    /// Four tiles would take it longer than all take the other.
    @Test func aWorkerThatWouldOnlyHoldUpTheOthersGetsNothing() {
        var farm = DispatcherHarness()
        farm.join(1, speed: 10)
        farm.join(2, speed: 1)
        farm.addJob(1)
        #expect(place(farm, [10, 10, 10, 10]) == [1, 1, 1, 1])
    }

    @Test func theLongestGoFirst() {
        var farm = DispatcherHarness()
        farm.join(1)
        farm.join(2)
        farm.addJob(1)
        // In the order in which they stand the two ends would be 6 apart.
        #expect(place(farm, [1, 1, 4, 6]) == [2, 2, 2, 1])
    }

    @Test func whatAWorkerHasToDoBeforeCounts() {
        var farm = DispatcherHarness()
        farm.join(1)
        farm.join(2)
        farm.addJob(1)
        #expect(farm.addTasks([10], operation: .predictNoise).offers.map(\.worker.number) == [1])
        #expect(place(farm, [3, 3, 3]) == [2, 2, 2])
    }

    @Test func onlyThoseWhoCanAndMayTakeThem() {
        var farm = DispatcherHarness()
        farm.join(1, memory: 999)
        farm.join(2, memory: 1 << 20)
        farm.join(3, memory: 1 << 20)
        _ = farm.send(
            .workerJoined(
                WorkerID(4), DispatcherHarness.worker("other", speed: 9, numerics: NumericsClass("b"))))
        _ = farm.send(.held("w3", true))
        farm.addJob(1)
        #expect(place(farm, [1, 1], memory: 1000) == [2, 2])
        #expect(place(farm, [1, 1], memory: 1 << 30) == [nil, nil])
    }

    /// Many rounds that are over in no time, measured with errors as large as themselves, do not make a worker look fast.
    @Test func shortRunsHardlyChangeASpeed() throws {
        var farm = DispatcherHarness()
        farm.join(1)
        farm.addJob(1)
        try run(&farm, work: 0.001, seconds: 0.0001, times: 40)
        farm.join(2)
        #expect(place(farm, [10, 10, 10, 10]).count { $0 == 1 } == 2)
    }

    /// Whoever takes longer to get tiles than to compute them gets fewer.
    @Test func theWayCountsWhereItIsLongerThanTheWork() {
        var farm = DispatcherHarness()
        farm.join(1)
        farm.join(2)
        farm.addJob(1)
        func places(seconds: Double) -> [UInt64?] {
            place(farm, Array(repeating: 10, count: 6), transfer: { $0.number == 1 ? seconds : 0 })
        }
        #expect(places(seconds: 10).count { $0 == 1 } == 3)
        #expect(places(seconds: 21).count { $0 == 1 } == 2)
        #expect(!places(seconds: 100).contains(1))
    }

    @Test func whatHasNoWorkSaysNothingOfASpeed() throws {
        var farm = DispatcherHarness()
        farm.join(1)
        farm.addJob(1)
        try run(&farm, work: 0, seconds: 9, times: 20)
        farm.join(2)
        #expect(place(farm, [10, 10]) == [1, 2])
    }

    private static func patient() -> DispatcherHarness {
        var policy = DispatchPolicy()
        policy.affinityPatience = 1e6
        return DispatcherHarness(policy: policy)
    }

    /// Those behind what is late, and those that were not handed out yet.
    @Test func whatWasToBeginOnALateWorkerBeginsElsewhere() {
        var farm = Self.patient()
        farm.join(1)
        farm.addJob(1)
        #expect(farm.addTasks([1, 1, 1, 1], affinity: WorkerID(1), isPlanned: true).offers.map(\.task) == [1, 2])
        farm.join(2)
        let offers = farm.wait(5).offers
        #expect(offers.count { $0.worker.number == 2 } == 2 && !offers.contains { $0.worker.number == 1 })
    }

    @Test(arguments: [DispatchEvent.held("w1", true), .drainRequested(WorkerID(1))])
    func whatWasToBeginOnAWorkerThatGetsNothingMoreBeginsElsewhere(_ event: DispatchEvent) {
        var farm = Self.patient()
        farm.join(1)
        farm.addJob(1)
        #expect(farm.addTasks([1, 1, 1], affinity: WorkerID(1), isPlanned: true).offers.map(\.task) == [1, 2])
        farm.join(2)
        let offers = farm.send(event).offers
        #expect(Set(offers.map(\.task)) == [2, 3] && offers.allSatisfy { $0.worker.number == 2 })
    }

    @Test func whatALateWorkerHoldsWaitsForItWhateverItTakesToBegin() {
        var farm = Self.patient()
        farm.join(1)
        farm.addJob(1)
        #expect(farm.addTasks([1, 1, 1], affinity: WorkerID(1)).offers.map(\.task) == [1, 2])
        farm.join(2)
        // The first is overdue, and gets a second attempt.
        #expect(farm.wait(5).offers.map(\.task) == [1])
    }
}
