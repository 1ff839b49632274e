package import ArgumentParser
package import Logging

/// What is logged, on standard error.
package struct LogOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The least important lines to log: debug, info, notice, warning or error.", valueName: "LEVEL"))
    package var logLevel: LogLevel?

    package init() {}

    /// A logger of this program.
    ///
    /// - Parameters:
    ///   - label: what the lines begin with.
    ///   - standard: the level where none is asked for.
    /// - Returns: a logger that writes to standard error.
    package func makeLogger(_ label: String, standard: Logger.Level) -> Logger {
        var logger = Logger(label: label) { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = logLevel?.level ?? standard
        return logger
    }
}

/// A level as it is written on the command line.
package enum LogLevel: String, ExpressibleByArgument, CaseIterable {
    case debug
    case info
    case notice
    case warning
    case error

    var level: Logger.Level {
        switch self {
        case .debug: .debug
        case .info: .info
        case .notice: .notice
        case .warning: .warning
        case .error: .error
        }
    }
}
