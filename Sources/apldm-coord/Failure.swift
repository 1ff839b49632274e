import ArgumentParser
import Cluster
import CommandSupport
import CoordinatorClient
import DiffusionModels
import FoundationEssentials
import Glibc
import JobDatabase
import RenderPipeline
import Tensors
import Verification
import WebServer

/// Turns errors into one line on standard error and an exit code.
enum Failure {
    /// Exit codes as in `sysexits.h`.
    enum Code: Int32 {
        case usage = 64
        case brokenInput = 65
        case missingInput = 66
        case unavailable = 69
        case software = 70
        case cannotCreate = 73
        case inputOutput = 74
        case refused = 77
    }

    /// Runs `body`; what it throws is reported and becomes the command's exit code.
    static func reporting(_ body: () async throws -> Void) async throws {
        do {
            try await body()
        } catch let code as ExitCode {
            throw code
        } catch {
            Console.error("error: \(error)")
            throw ExitCode(code(for: error).rawValue)
        }
    }

    private static func code(for error: any Error) -> Code {
        switch error {
        case is RequestError: .usage
        case is ValidationError: .usage
        case is NumericalError: .brokenInput
        case is RenderRecordError: .brokenInput
        case is Console.LostResult: .inputOutput
        case let error as ModelError: error.kind == .fileMissing ? .missingInput : .brokenInput
        case let error as ImageFileError: error.exitCode
        case let error as SafetensorsError:
            switch error.reason {
            case .cannotRead: error.systemError == ENOENT ? .missingInput : .inputOutput
            case .cannotWrite:
                [ENOENT, ENOTDIR, EACCES, EROFS, EISDIR, EPERM].contains(error.systemError ?? 0)
                    ? .cannotCreate : .inputOutput
            default: .brokenInput
            }
        case is NotAFile: .cannotCreate
        case is PictureDownload.LostPicture: .cannotCreate
        case is FailedJob: .software
        case let error as CoordinatorClientError: error.exitCode
        case let error as KeyFileError: error.path == nil ? .usage : .brokenInput
        case let error as StageFolderError: error.exitCode
        case let error as ClusterError: error.exitCode
        case let error as JobDatabaseError: error.exitCode
        case let error as VerificationFolder.Failure: error.isMissing ? .missingInput : .brokenInput
        default: .software
        }
    }
}

extension CoordinatorClientError {
    fileprivate var exitCode: Failure.Code {
        switch kind {
        case .address: .usage
        case .unreachable, .answer: .unavailable
        case .refused(status: 401), .refused(status: 403), .refused(status: 429): .refused
        case .refused(status: 404), .refused(status: 410): .missingInput
        case .refused(let status): status >= 500 ? .unavailable : .usage
        }
    }
}

extension ClusterError {
    fileprivate var exitCode: Failure.Code {
        switch kind {
        case .configuration: .usage
        case .network, .refusedForNow, .connection, .closed: .unavailable
        case .rejected: .refused
        case .tasksFailed: .software
        case .model: .missingInput
        }
    }
}

extension JobDatabaseError {
    fileprivate var exitCode: Failure.Code {
        switch reason {
        case .locked: .unavailable
        case .foreign, .newer, .damaged: .brokenInput
        case .system(code: let number) where [ENOENT, ENOTDIR, EACCES, EROFS, EISDIR, EPERM].contains(number):
            .cannotCreate
        case .system: .inputOutput
        }
    }
}

extension StageFolderError {
    fileprivate var exitCode: Failure.Code {
        switch reason {
        case .mismatch, .occupied: .usage
        case .damaged: .brokenInput
        case .missing: .missingInput
        case .system(code: let number) where [ENOENT, ENOTDIR, EACCES, EROFS, EISDIR, EPERM].contains(number):
            .cannotCreate
        case .system: .inputOutput
        }
    }
}

extension ImageFileError {
    fileprivate var exitCode: Failure.Code {
        switch (operation, reason) {
        case (.open, .system(code: ENOENT)): .missingInput
        case (.open, .system), (.read, .system), (.read, .outOfMemory): .inputOutput
        case (.open, _), (.read, _): .brokenInput
        default: exitCodeOfWriting
        }
    }

    private var exitCodeOfWriting: Failure.Code {
        switch reason {
        case .system(code: ENOENT) where isReading: .missingInput
        case .damaged where isReading, .unsupported where isReading, .tooLarge where isReading: .brokenInput
        case .system where isReading: .inputOutput
        case .system(code: let number) where [ENOENT, ENOTDIR, EACCES, EROFS, EISDIR, EPERM].contains(number):
            .cannotCreate
        case .invalidUse: .cannotCreate
        default: .inputOutput
        }
    }

    private var isReading: Bool { operation == .open || operation == .read }
}
