import Logging
import Synchronization

/// The lines that were logged.
final class RecordedLog: Sendable {
    struct Line {
        let text: String
        let metadata: Logger.Metadata
    }

    private let recorded = Mutex<[Line]>([])

    var lines: [Line] { recorded.withLock { $0 } }

    /// What writes to it.
    var logger: Logger {
        var logger = Logger(label: "test") { _ in Handler(log: self) }
        logger.logLevel = .debug
        return logger
    }

    private struct Handler: LogHandler {
        let log: RecordedLog
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.debug

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let line = Line(text: "\(event.message)", metadata: metadata.merging(event.metadata ?? [:]) { $1 })
            log.recorded.withLock { $0.append(line) }
        }
    }
}
