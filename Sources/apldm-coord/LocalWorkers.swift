import Cluster
import CommandSupport
import Foundation
import Logging
import RenderPipeline
import Synchronization
import Tensors

/// Workers that this program starts on its own host, and ends with itself.
final class LocalWorkers: Sendable {
    private let program: String
    private let arguments: [String]
    /// By number; none after ``stop()``.
    private let processes: Mutex<[Process]>
    private let supervision: Mutex<Task<Void, any Error>?>

    /// - Parameters:
    ///   - count: how many.
    ///   - threads: of each; nil for an equal share.
    ///   - others: how many more share the host's processors.
    ///   - coordinator: where they connect.
    ///   - model: the folder of the model.
    ///   - security: how they prove who they are.
    ///   - memory: what this program may take: each of them as much, or an equal share of what is free.
    ///   - precision: how they compute, as this program does.
    ///   - log: where it is told that one was started again; nil where those that end are missed by nobody.
    /// - Throws: ``ClusterError`` when they cannot be started.
    init(
        count: Int, threads: Int?, sharingWith others: Int, coordinator: Endpoint, model: String,
        security: SecurityOptions, memory: MemoryOptions, precision: CPUBackend.Precision,
        restartingInto log: Logger?
    ) throws {
        let share = max(1, HostUsage.processorCount / max(1, count + others))
        let program = Self.program
        var arguments = [
            "--coordinator", "\(coordinator)", "--threads", "\(threads ?? share)", "--model", model, "--once",
            "--log-level", "warning", "--precision", precision.rawValue,
        ]
        let limit =
            memory.memoryLimit?.bytes ?? HostUsage.availableMemory.map { Int($0 * 0.8) / max(1, count + others) }
        if let limit { arguments += ["--memory-limit", "\(limit)"] }
        for (flag, value) in [
            ("--scratch-dir", memory.scratchDir),
            ("--join-token-file", security.joinTokenFile), ("--tls-ca", security.tlsCa),
            ("--tls-cert", security.tlsCert), ("--tls-key", security.tlsKey),
        ] {
            if let value { arguments += [flag, value] }
        }
        self.program = program
        self.arguments = arguments
        processes = Mutex(
            try (0..<count).map { index in
                do {
                    return try Self.start(program, arguments, number: index + 1)
                } catch {
                    throw ClusterError(
                        .configuration, "\(program) cannot be started: \(error)",
                        remedy: "build it with: swift build -c release --product apldm-worker")
                }
            })
        supervision = Mutex(nil)
        guard let log, count > 0 else { return }
        supervision.withLock { $0 = Task { [weak self] in try await Self.supervise(log) { self } } }
    }

    deinit { stop() }

    /// How many have not ended.
    var running: Int { processes.withLock { $0.count { $0.isRunning } } }

    /// From now on they may end: nobody starts them again.
    func letEnd() { supervision.withLock { $0?.cancel() } }

    /// Ends those that have not ended with the connection.
    func stop() {
        letEnd()
        let ending = processes.withLock { processes in
            defer { processes = [] }
            return processes
        }
        for process in ending where process.isRunning { process.terminate() }
    }

    private static func start(_ program: String, _ arguments: [String], number: Int) throws -> Process {
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments + ["--name", "local-\(number)"]
        try process.run()
        return process
    }

    /// Looks so often whether one has ended.
    private static let interval = Duration.seconds(1)
    /// One that ends again and again is started after twice as many looks each time, up to so many.
    private static let longestPause = 60

    /// Starts those again that have ended.
    private static func supervise(_ log: Logger, _ workers: () -> LocalWorkers?) async throws {
        var pauses: [Int: (looks: Int, left: Int)] = [:]
        while true {
            try await Task.sleep(for: interval)
            guard let workers = workers() else { return }
            for index in workers.ended {
                var pause = pauses[index] ?? (looks: 1, left: 1)
                pause.left -= 1
                if pause.left <= 0 {
                    pause.looks = min(2 * pause.looks, longestPause)
                    pause.left = pause.looks
                    workers.restart(index, log)
                }
                pauses[index] = pause
            }
        }
    }

    /// The indices of those that have ended.
    private var ended: [Int] { processes.withLock { all in all.indices.filter { !all[$0].isRunning } } }

    private func restart(_ index: Int, _ log: Logger) {
        processes.withLock { processes in
            guard processes.indices.contains(index), !processes[index].isRunning else { return }
            let status = processes[index].terminationStatus
            log.warning(
                "a worker of this host ended", metadata: ["worker": "local-\(index + 1)", "status": "\(status)"])
            do {
                processes[index] = try Self.start(program, arguments, number: index + 1)
            } catch {
                log.error("it cannot be started again", metadata: ["reason": "\(error)"])
            }
        }
    }

    /// The worker's program lies beside this one.
    private static var program: String {
        URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
            .appending(path: "apldm-worker").path(percentEncoded: false)
    }
}
