import CommandSupport
import Glibc
import Logging
import RenderPipeline
import Synchronization

/// Ends the program the hardest way when it reaches a commit point: how tests show that nothing is lost there.
///
/// `APLDM_KILL_AT=checkpoint-named:3` in the environment kills it when it gets to the third `checkpoint-named`. The log says
/// at the level `debug` which points are passed.
enum KillSwitch {
    private static let variable = "APLDM_KILL_AT"

    static func observer(log: Logger) -> CommitObserver {
        guard let order = order else { return CommitObserver { note($0, log) } }
        let left = Mutex(order.count)
        return CommitObserver { point in
            note(point, log)
            guard point == order.point else { return }
            let isTime = left.withLock { left in
                left -= 1
                return left == 0
            }
            if isTime { kill(getpid(), SIGKILL) }
        }
    }

    private static func note(_ point: CommitPoint, _ log: Logger) {
        log.debug("commit point", metadata: ["point": "\(point.rawValue)"])
    }

    private static var order: (point: CommitPoint, count: Int)? {
        guard let value = getenv(variable) else { return nil }
        let words = String(cString: value).split(separator: ":", omittingEmptySubsequences: false)
        guard words.count == 2, let point = CommitPoint(rawValue: String(words[0])), let count = Int(words[1]),
            count > 0
        else { return nil }
        return (point, count)
    }
}
