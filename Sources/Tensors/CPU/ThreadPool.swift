import Dispatch
import Foundation
import Synchronization

/// A fixed set of threads that share out the iterations of a loop.
///
/// The caller takes part, so a pool of one has no threads of its own. Iterations are claimed one at a time, in
/// order; which thread runs which is not determined, so an iteration's result must not depend on it. One loop
/// runs at a time: loops of several callers take turns. An iteration must not begin another loop.
package final class ThreadPool: Sendable {
    /// How many threads run an iteration at the same time, the caller included.
    package let threadCount: Int
    private let workers: [Worker]
    private let turn = Mutex<Void>(())
    private let finished = Atomic<UInt64>(0)

    /// Iterations that have ended since the start: it grows as long as something is computed.
    package var progress: UInt64 { finished.load(ordering: .relaxed) }

    package init(threadCount: Int) {
        precondition(threadCount >= 1)
        self.threadCount = threadCount
        workers = (1..<max(threadCount, 1)).map { Worker(name: "apldm-compute-\($0)") }
    }

    deinit { for worker in workers { worker.stop() } }

    /// Runs `body` for every index below `count` and returns when all have ended.
    package func forEach(_ count: Int, _ body: (Int) -> Void) {
        if count <= 1 || workers.isEmpty {
            for index in 0..<count {
                body(index)
                finished.wrappingAdd(1, ordering: .relaxed)
            }
            return
        }
        let next = Atomic(0)
        // The closure leaves this frame only towards threads that are waited for below.
        withoutActuallyEscaping(body) { body in
            let share = {
                while true {
                    let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
                    if index >= count { return }
                    body(index)
                    self.finished.wrappingAdd(1, ordering: .relaxed)
                }
            }
            turn.withLock { _ in
                let helpers = workers.prefix(count - 1)
                for helper in helpers { helper.run(Loop(share: share)) }
                share()
                for helper in helpers { helper.wait() }
            }
        }
    }
}

/// `@unchecked Sendable`: the closure is called by threads while the frame that made it waits for them.
private struct Loop: @unchecked Sendable {
    let share: () -> Void
}

/// One thread of a pool.
private final class Worker: Sendable {
    private let inbox = Inbox()

    init(name: String) {
        let thread = Thread { [inbox] in
            Thread.current.name = name  // Set before `start()` it is lost on Linux.
            while inbox.runNext() { inbox.finished.signal() }
        }
        thread.stackSize = 8 << 20
        thread.start()
    }

    func run(_ loop: Loop) {
        inbox.next.withLock { $0 = loop }
        inbox.start.signal()
    }

    func wait() { inbox.finished.wait() }

    /// Ends the thread: a start without a loop.
    func stop() { inbox.start.signal() }
}

/// What a thread of a pool and its owner share.
private final class Inbox: Sendable {
    let next = Mutex<Loop?>(nil)
    let start = DispatchSemaphore(value: 0)
    let finished = DispatchSemaphore(value: 0)

    /// Waits for a loop and takes part in it; false when there is none. The loop is let go before this returns, so
    /// that no reference to the caller's closure outlives its frame.
    @inline(never)
    func runNext() -> Bool {
        start.wait()
        guard let loop = next.withLock({ $0.take() }) else { return false }
        loop.share()
        return true
    }
}
