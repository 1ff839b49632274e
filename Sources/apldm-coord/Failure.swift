import ArgumentParser
import DiffusionModels
import FoundationEssentials
import Glibc
import RenderPipeline
import Tensors
import Verification

/// Turns errors into one line on standard error and an exit code.
enum Failure {
    /// Exit codes as in `sysexits.h`.
    enum Code: Int32 {
        case usage = 64
        case brokenInput = 65
        case missingInput = 66
        case software = 70
        case cannotCreate = 73
        case inputOutput = 74
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
        case let error as StageFolderError: error.exitCode
        case let error as VerificationFolder.Failure: error.isMissing ? .missingInput : .brokenInput
        default: .software
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

/// Lines for a person, on standard error so that standard output holds results alone.
enum Console {
    static func error(_ line: String) {
        FileHandle.write(line + "\n", to: STDERR_FILENO)
    }

    /// Results, on standard output.
    ///
    /// - Throws: ``LostResult`` when standard output does not take them, for example on a full disk.
    static func result(_ line: String) throws(LostResult) {
        // A reader that has gone does not want the result.
        guard FileHandle.write(line + "\n", to: STDOUT_FILENO) || errno == EPIPE else {
            throw LostResult(reason: String(cString: strerror(errno)))
        }
    }

    /// A result that nobody received.
    struct LostResult: Error, CustomStringConvertible {
        let reason: String
        var description: String { "the result cannot be written to standard output: \(reason)" }
    }

    /// Whether standard error is a terminal, and how many columns it has.
    static var terminalColumns: Int? {
        guard isatty(STDERR_FILENO) == 1 else { return nil }
        var size = winsize()
        guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }

    private enum FileHandle {
        /// Whether all of the text was taken; otherwise `errno` says why not.
        @discardableResult
        static func write(_ text: String, to descriptor: Int32) -> Bool {
            var bytes = ArraySlice(text.utf8)
            while !bytes.isEmpty {
                let written = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
                if written < 0 && errno == EINTR { continue }
                if written <= 0 { return false }
                bytes = bytes.dropFirst(written)
            }
            return true
        }
    }

    /// Overwrites the current line of a terminal.
    static func status(_ text: String) { FileHandle.write("\r\u{1B}[K" + text, to: STDERR_FILENO) }
}
