import Cluster
import Testing

/// Who gets which tiles of a pass.
struct PlacementTests {
    private static let key = CostKey(operation: .decodeTile, model: DispatcherHarness.model, shape: [])

    private func place(_ farm: DispatcherHarness, _ parts: [PlacedPart], memory: Int = 0) -> [UInt64?] {
        farm.dispatcher.placement(of: parts, rounds: 10, Self.key, memory: memory, job: JobID(1), now: farm.now)
            .map { $0?.number }
    }

    private func place(_ farm: DispatcherHarness, _ work: [Double], memory: Int = 0) -> [UInt64?] {
        place(farm, work.map { PlacedPart(work: $0) }, memory: memory)
    }

    private static func farm(speeds: Double...) -> DispatcherHarness {
        var farm = DispatcherHarness()
        for (index, speed) in speeds.enumerated() { farm.join(UInt64(index + 1), speed: speed) }
        farm.addJob(1)
        return farm
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

    /// What is on its way in one round is not while all compute in the others.
    @Test(arguments: [(1.0, 2), (2.1, 1), (9.0, 0)])
    func whoeverIsFarAwayGetsFewer(seconds: Double, count: Int) throws {
        var farm = Self.farm(speeds: 1)
        let offer = try #require(farm.addTasks([0.001]).offers.first)
        _ = farm.send(.inputsSent(offer.worker, offer.attempt, byteCount: 1 << 20))
        farm.now = farm.now.advanced(by: .seconds(seconds))
        _ = farm.send(.taskAccepted(offer.worker, offer.attempt, transferSeconds: seconds))
        _ = farm.finish(offer, seconds: 0.001)
        farm.join(2)
        let parts = Array(repeating: PlacedPart(work: 1, inputBytes: 1 << 20), count: 6)
        #expect(place(farm, parts).count { $0 == 1 } == count)
    }

    // What was begun.

    private static func held(by worker: UInt64, count: Int, work: Double = 10, replay: Double = 1) -> [PlacedPart] {
        Array(repeating: PlacedPart(work: work, replayWork: replay, holder: WorkerID(worker)), count: count)
    }

    @Test func whatIsHeldStaysForALittleGain() {
        let parts = Self.held(by: 1, count: 11) + Self.held(by: 2, count: 9)
        #expect(place(Self.farm(speeds: 1, 1), parts) == parts.map { $0.holder?.number })
    }

    /// It takes from whoever is last until others would be later.
    @Test func whoeverJoinsTakesItsPart() {
        let places = place(Self.farm(speeds: 1, 1, 1), Self.held(by: 1, count: 6) + Self.held(by: 2, count: 6))
        #expect([1, 2, 3].map { number in places.count { $0 == number } } == [4, 4, 4])
    }

    @Test func aSlowHolderKeepsWhatItDoesInTheTimeOfTheOthers() {
        let places = place(Self.farm(speeds: 0.25, 1), Self.held(by: 1, count: 5) + Self.held(by: 2, count: 5))
        #expect(places.count { $0 == 1 } == 2)
    }

    @Test func whatIsNearlyDoneIsNotBegunAnew() {
        let parts = Self.held(by: 1, count: 8, work: 1, replay: 20)
        #expect(place(Self.farm(speeds: 0.5, 1), parts).allSatisfy { $0 == 1 })
    }

    /// That takes one round, for which all wait, and the others as long as before.
    @Test func whatWouldTakeLongAnewStays() {
        let parts = Self.held(by: 1, count: 5, work: 20, replay: 25) + Self.held(by: 2, count: 2, work: 20)
        #expect(place(Self.farm(speeds: 1, 1), parts) == parts.map { $0.holder?.number })
    }

    @Test func whatALostWorkerHeldIsSharedOut() {
        let parts = Self.held(by: 1, count: 4) + Self.held(by: 2, count: 4) + Self.held(by: 9, count: 4)
        #expect(place(Self.farm(speeds: 1, 1), parts) == [1, 1, 1, 1, 2, 2, 2, 2, 1, 2, 1, 2])
    }

    /// Who has no part of it does not matter, however long it has to do.
    @Test func othersThatAreBusyDoNotCount() {
        var farm = Self.farm(speeds: 0.25, 1, 1)
        let offers = farm.addTasks([1000], operation: .predictNoise, affinity: WorkerID(3)).offers
        #expect(offers.map(\.worker.number) == [3])
        #expect(place(farm, Self.held(by: 1, count: 4)).contains(2))
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
