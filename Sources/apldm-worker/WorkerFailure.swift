import ArgumentParser
import Cluster
import CommandSupport
import DiffusionModels
import Tensors

/// What a command that failed says, and how the process ends.
enum WorkerFailure {
    /// Runs a command.
    ///
    /// - Parameter body: what it does.
    /// - Throws: an `ExitCode` after the error was told; what the parser itself throws goes through.
    static func reporting(_ body: () async throws -> Void) async throws {
        do {
            try await body()
        } catch let error as ClusterError {
            throw told(error, error.exitCode)
        } catch let error as ModelError {
            throw told(error, error.kind == .fileMissing ? 66 : 65)
        } catch let error as SafetensorsError {
            throw told(error, 65)
        } catch let error where !(error is ExitCode || error is ValidationError || error is CleanExit) {
            throw told(error, 70)
        }
    }

    private static func told(_ error: any Error, _ code: Int32) -> ExitCode {
        Console.error("error: \(error)")
        return ExitCode(code)
    }
}

extension ClusterError {
    var exitCode: Int32 {
        switch kind {
        case .configuration: 64
        case .model: 66
        case .network, .refusedForNow, .connection, .closed: 69
        case .tasksFailed: 70
        case .rejected: 77
        }
    }
}
