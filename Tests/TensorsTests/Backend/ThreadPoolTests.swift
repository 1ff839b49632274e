import Dispatch
import FoundationEssentials
import Synchronization
import Tensors
import Testing

@Suite("The pool of threads")
struct ThreadPoolTests {
    @Test("every iteration runs exactly once", arguments: [1, 2, 3, 5, 8])
    func iterations(threads: Int) {
        let pool = ThreadPool(threadCount: threads)
        #expect(pool.threadCount == threads)
        for count in [0, 1, 2, 3, 4, 5, 7, 8, 9, 100, 5000] {
            let runs = Mutex([Int](repeating: 0, count: count))
            pool.forEach(count) { index in runs.withLock { $0[index] += 1 } }
            #expect(runs.withLock { $0 } == [Int](repeating: 1, count: count), "\(count) iterations")
        }
    }

    @Test("short loops follow each other without losing an iteration")
    func manyLoops() {
        let pool = ThreadPool(threadCount: 3)
        let total = Atomic(0)
        for count in 0..<2000 { pool.forEach(count % 7) { total.add($0 + 1, ordering: .relaxed) } }
        #expect(total.load(ordering: .relaxed) == (0..<2000).reduce(0) { $0 + ($1 % 7) * ($1 % 7 + 1) / 2 })
    }

    @Test("as many iterations run at a time as there are threads", arguments: [2, 3, 5])
    func concurrency(threads: Int) {
        let pool = ThreadPool(threadCount: threads)
        let arrived = DispatchSemaphore(value: 0)
        let released = DispatchSemaphore(value: 0)
        let late = Atomic(0)
        // The first iteration waits for all the others, and these for it: it ends only if all of them run at once.
        pool.forEach(threads) { index in
            if index == 0 {
                for _ in 1..<threads where arrived.wait(timeout: .now() + 30) == .timedOut {
                    late.add(1, ordering: .relaxed)
                }
                for _ in 1..<threads { released.signal() }
            } else {
                arrived.signal()
                if released.wait(timeout: .now() + 30) == .timedOut { late.add(1, ordering: .relaxed) }
            }
        }
        #expect(late.load(ordering: .relaxed) == 0)
    }

    @Test("loops of several callers take turns and lose nothing")
    func callers() {
        let pool = ThreadPool(threadCount: 3)
        let runs = Mutex([Int](repeating: 0, count: 4 * 50))
        DispatchQueue.concurrentPerform(iterations: 4) { caller in
            for _ in 0..<100 { pool.forEach(50) { index in runs.withLock { $0[50 * caller + index] += 1 } } }
        }
        #expect(runs.withLock { $0 } == [Int](repeating: 100, count: 200))
    }

    @Test("what an iteration writes is there when the loop has returned")
    func visibility() {
        let pool = ThreadPool(threadCount: 4)
        for round in 1...200 {
            let slots = (0..<16).map { _ in Slot() }
            pool.forEach(16) { slots[$0].value = round }
            #expect(slots.allSatisfy { $0.value == round })
        }
    }

    /// `@unchecked Sendable`: written by one iteration, read after the loop.
    private final class Slot: @unchecked Sendable {
        var value = 0
    }

    // In a process of its own, where no other test has threads.
    @Test("pools that have gone leave no thread behind")
    func leaks() async {
        await #expect(processExitsWith: .success) {
            func threadCount() throws -> Int {
                try FileManager.default.contentsOfDirectory(atPath: "/proc/self/task").count
            }
            func pools(_ count: Int) {
                for _ in 0..<count { ThreadPool(threadCount: 4).forEach(9) { _ in } }
            }
            pools(1)  // what the system's libraries start at first use
            let before = try threadCount()
            pools(50)
            let settled = ContinuousClock.now + .seconds(30)
            // A thread that was told to end takes a moment to.
            while try threadCount() > before, ContinuousClock.now < settled { await Task.yield() }
            let after = try threadCount()
            #expect(after <= before)
        }
    }
}
