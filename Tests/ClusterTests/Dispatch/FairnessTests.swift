import Cluster
import Testing

/// Whose turn it is.
struct FairnessTests {
    /// Runs one worker of depth one until so many tasks are done.
    private func tenantsServed(_ farm: inout DispatcherHarness, _ tasks: Int, owners: [ClosedRange<UInt64>]) -> [Int] {
        var served = owners.map { _ in 0 }
        var offers = farm.join(1).offers
        for _ in 0..<tasks {
            guard let offer = offers.first else { break }
            if let owner = owners.firstIndex(where: { $0.contains(offer.task) }) { served[owner] += 1 }
            farm.now = farm.now.advanced(by: .seconds(1))
            offers = farm.finish(offer, seconds: 1).offers
        }
        return served
    }

    private var shallow: DispatchPolicy {
        var policy = DispatchPolicy()
        policy.prefetchDepth = 1
        return policy
    }

    @Test func equalTenantsGetEqualSeconds() {
        var farm = DispatcherHarness(policy: shallow)
        farm.addJob(1, tenant: "a")
        farm.addJob(2, tenant: "b")
        _ = farm.addTasks(Array(repeating: 1, count: 100), job: 1)
        _ = farm.addTasks(Array(repeating: 4, count: 100), job: 2)
        // The worker does four seconds of work in one, once it has learned; what counts is what was predicted.
        _ = tenantsServed(&farm, 60, owners: [1...100, 101...200])
        let difference =
            farm.dispatcher.virtualTime(of: TenantID("a")) - farm.dispatcher.virtualTime(of: TenantID("b"))
        #expect(abs(difference) <= 4)
    }

    @Test func weightGivesShare() {
        var farm = DispatcherHarness(policy: shallow)
        farm.addJob(1, tenant: "a", weight: 3)
        farm.addJob(2, tenant: "b")
        _ = farm.addTasks(Array(repeating: 1, count: 100), job: 1)
        _ = farm.addTasks(Array(repeating: 1, count: 100), job: 2)
        #expect(tenantsServed(&farm, 80, owners: [1...100, 101...200]) == [60, 20])
    }

    @Test func whoComesLateDoesNotCatchUp() {
        var farm = DispatcherHarness(policy: shallow)
        farm.addJob(1, tenant: "a")
        _ = farm.addTasks(Array(repeating: 1, count: 100), job: 1)
        #expect(tenantsServed(&farm, 40, owners: [1...100]) == [40])
        farm.addJob(2, tenant: "b")
        _ = farm.addTasks(Array(repeating: 1, count: 100), job: 2)
        _ = farm.send(.workerLeft(WorkerID(1), .goodbye))
        farm.now = farm.now.advanced(by: .seconds(1))
        let served = tenantsServed(&farm, 20, owners: [1...100, 101...200])
        #expect(served[0] >= 9)
    }

    @Test func priorityOrdersTheJobsOfATenant() {
        var farm = DispatcherHarness(policy: shallow)
        farm.addJob(1)
        farm.addJob(2, priority: 1)
        _ = farm.addTasks([1], job: 1)
        _ = farm.addTasks([1], job: 2)
        #expect(farm.join(1).offers.map(\.task) == [2])
    }

    @Test func waitingMakesUpForPriority() {
        var farm = DispatcherHarness(policy: shallow)
        farm.addJob(1)
        _ = farm.addTasks([1], job: 1)
        _ = farm.wait(61)
        farm.addJob(2, priority: 1)
        _ = farm.addTasks([1], job: 2)
        #expect(farm.join(1).offers.map(\.task) == [1])
    }

    @Test func priorityOfOneTenantDoesNotPushOutAnother() {
        var farm = DispatcherHarness(policy: shallow)
        farm.addJob(1, tenant: "a", priority: 1000)
        farm.addJob(2, tenant: "b", priority: -1000)
        _ = farm.addTasks(Array(repeating: 1, count: 50), job: 1)
        _ = farm.addTasks(Array(repeating: 1, count: 50), job: 2)
        #expect(tenantsServed(&farm, 40, owners: [1...50, 51...100]) == [20, 20])
    }
}
