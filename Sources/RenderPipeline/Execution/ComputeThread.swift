import Dispatch
import Foundation
import Synchronization

/// A thread that an actor's work runs on, so that long computations never occupy the threads that asynchronous code
/// shares: on a host with two cores those are two, and three computing actors would stop everything else.
final class ComputeThread: SerialExecutor {
    private final class Inbox: Sendable {
        let state = Mutex<(jobs: [UnownedJob], executor: UnownedSerialExecutor?)>(([], nil))
        let wake = DispatchSemaphore(value: 0)
    }

    private let inbox = Inbox()

    init(name: String) {
        let thread = Thread { [inbox] in
            Thread.current.name = name  // Set before `start()` it is lost on Linux.
            while true {
                inbox.wake.wait()
                let (job, executor) = inbox.state.withLock { state in
                    (state.jobs.isEmpty ? nil : state.jobs.removeFirst(), state.executor)
                }
                guard let job, let executor else { return }
                job.runSynchronously(on: executor)
            }
        }
        thread.stackSize = 8 << 20
        inbox.state.withLock { $0.executor = asUnownedSerialExecutor() }
        thread.start()
    }

    deinit { inbox.wake.signal() }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        inbox.state.withLock { $0.jobs.append(job) }
        inbox.wake.signal()
    }
}
