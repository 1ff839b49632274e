import ArgumentParser
import CommandSupport
import Dispatch
import Glibc
import Synchronization

/// Ends a command in order on SIGINT (Ctrl-C) and SIGTERM: its work is cancelled, a file that is being written is
/// written to its end, one line says what was kept, and the exit code is 128 and the signal's number. Another signal
/// ends it at once.
final class Interruption: Sendable {
    /// How long the work may take to notice that it is cancelled, for example to finish a step.
    private static let grace = DispatchTimeInterval.seconds(2)

    private struct State {
        var signal: Int32?
        var outlook = "nothing was begun"
        var isReported = false
    }

    private let state = Mutex(State())
    /// Held while a file is written: the program does not end in the middle of it.
    private let files = Mutex(())

    private init() {}

    /// Runs `work` until it ends or a signal comes.
    static func guarding(_ work: @Sendable @escaping (Interruption) async throws -> Void) async throws {
        let interruption = Interruption()
        let task = Task { try await work(interruption) }
        let sources = [SIGINT, SIGTERM].map { number in
            // A signal that is not ignored would end the program before the source sees it.
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global(qos: .userInteractive))
            source.setEventHandler { interruption.receive(number, cancelling: task) }
            source.resume()
            return source
        }
        defer { for source in sources { source.cancel() } }
        do {
            try await task.value
        } catch is CancellationError {
            throw interruption.report() ?? CancellationError()
        }
    }

    /// Writes a file or several that belong together.
    func writing<Result: Sendable>(_ write: () throws -> Result) rethrows -> Result {
        try files.withLock { _ in try write() }
    }

    /// Takes note of what an interruption from here on leaves, for the line about it.
    func note(outlook: String) { state.withLock { $0.outlook = outlook } }

    private func receive(_ number: Int32, cancelling task: Task<Void, any Error>) {
        let isFirst = state.withLock { state in
            defer { state.signal = state.signal ?? number }
            return state.signal == nil
        }
        guard isFirst else { _exit(128 + number) }
        task.cancel()
        DispatchQueue.global().asyncAfter(deadline: .now() + Self.grace) { [self] in
            files.withLock { _ in
                if let code = report() { _exit(code.rawValue) }
            }
        }
    }

    /// Says what was kept, unless it has been said.
    ///
    /// - Returns: the exit code; nil when there was no signal.
    private func report() -> ExitCode? {
        state.withLock { state in
            guard let signal = state.signal else { return nil }
            if !state.isReported {
                Console.error((Console.terminalColumns == nil ? "" : "\n") + "interrupted: \(state.outlook)")
            }
            state.isReported = true
            return ExitCode(128 + signal)
        }
    }
}
