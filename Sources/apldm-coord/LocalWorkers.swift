import Cluster
import CommandSupport
import Foundation
import RenderPipeline
import Tensors

/// Workers that this program starts on its own host, and ends with itself.
final class LocalWorkers: Sendable {
    private let processes: [Process]

    /// - Parameters:
    ///   - count: how many.
    ///   - threads: of each; nil for an equal share.
    ///   - others: how many more share the host's processors.
    ///   - coordinator: where they connect.
    ///   - model: the folder of the model.
    ///   - security: how they prove who they are.
    ///   - memory: what this program may take: each of them as much, or an equal share of what is free.
    ///   - precision: how they compute, as this program does.
    /// - Throws: ``ClusterError`` when they cannot be started.
    init(
        count: Int, threads: Int?, sharingWith others: Int, coordinator: Endpoint, model: String,
        security: SecurityOptions, memory: MemoryOptions, precision: CPUBackend.Precision
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
        processes = try (0..<count).map { index in
            let process = Process()
            process.executableURL = URL(filePath: program)
            process.arguments = arguments + ["--name", "local-\(index + 1)"]
            do {
                try process.run()
            } catch {
                throw ClusterError(
                    .configuration, "\(program) cannot be started: \(error)",
                    remedy: "build it with: swift build -c release --product apldm-worker")
            }
            return process
        }
    }

    deinit { stop() }

    /// How many have not ended.
    var running: Int { processes.count { $0.isRunning } }

    /// Ends those that have not ended with the connection.
    func stop() {
        for process in processes where process.isRunning { process.terminate() }
    }

    /// The worker's program lies beside this one.
    private static var program: String {
        URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
            .appending(path: "apldm-worker").path(percentEncoded: false)
    }
}
