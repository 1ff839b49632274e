import Cluster
import Testing

/// When the dispatcher wants to be woken.
struct WakeUpTests {
    @Test func tasksThatAreDoneInTimeWakeNobody() throws {
        var farm = DispatcherHarness()
        farm.join(1)
        farm.addJob(1)
        var (alarm, wakeUps) = (MonotonicInstant?.none, 0)
        func sleep(until end: MonotonicInstant) {
            while let time = alarm, time <= end {
                (farm.now, alarm) = (max(farm.now, time), nil)
                wakeUps += 1
                heed(farm.send(.tick))
            }
            farm.now = end
        }
        func heed(_ actions: [DispatchAction]) {
            for case .wakeUp(let time) in actions { alarm = min(alarm ?? time, time) }
        }
        for _ in 0..<200 {
            let actions = farm.addTasks([0.001], affinity: WorkerID(1))
            heed(actions)
            let offer = try #require(actions.offers.first)
            sleep(until: farm.now.advanced(by: .milliseconds(1)))
            heed(farm.finish(offer, seconds: 0.001))
        }
        // Every tenth of a second while one of them might yet be late, and once more.
        #expect((1...4).contains(wakeUps))
        sleep(until: farm.now.advanced(by: .seconds(30)))
        #expect(wakeUps <= 5)
    }
}
