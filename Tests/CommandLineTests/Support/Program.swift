import Foundation

/// The built `apldm-coord`, run as a user runs it: its own process, environment and working directory.
struct Program {
    /// What a run left behind.
    struct Outcome: Sendable {
        /// The exit code, or 128 and the signal's number as in a shell.
        var code: Int32
        var output: String
        var errors: String
    }

    /// Where the package is.
    static let checkout = URL(filePath: #filePath)
        .appending(path: "../../../..").standardizedFileURL

    /// What the package's build made.
    static var built: URL {
        #if DEBUG
            checkout.appending(path: ".build/debug/apldm-coord")
        #else
            checkout.appending(path: ".build/release/apldm-coord")
        #endif
    }

    /// What is run.
    var executable = Program.built
    /// All that the process sees of an environment.
    var environment: [String: String] = [:]
    /// Where it runs.
    var folder: URL
    /// After how many seconds it is killed, which fails whatever is expected of it.
    var limit = 120.0

    /// Runs the program to its end.
    func run(_ arguments: [String]) async throws -> Outcome {
        // Files, not pipes: a pipe that nobody empties in time would stop the program.
        let capture = try TemporaryFolder()
        let output = capture["output"]
        let errors = capture["errors"]
        let process = Process()
        process.executableURL = executable
        process.arguments = arguments
        process.environment = environment
        process.currentDirectoryURL = folder
        process.standardInput = FileHandle.nullDevice
        for file in [output, errors] { try Data().write(to: file) }
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = try FileHandle(forWritingTo: errors)
        let limit = limit
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            process.terminationHandler = { _ in continuation.resume() }
            do {
                try process.run()
                let identifier = process.processIdentifier
                DispatchQueue.global().asyncAfter(deadline: .now() + limit) {
                    if process.isRunning { kill(identifier, SIGKILL) }
                }
            } catch {
                process.terminationHandler = nil
                continuation.resume(throwing: error)
            }
        }
        let code = process.terminationStatus
        return Outcome(
            code: process.terminationReason == .exit ? code : 128 + code,
            output: try String(contentsOf: output, encoding: .utf8),
            errors: try String(contentsOf: errors, encoding: .utf8))
    }
}
