import Glibc
import Tensors

/// A folder of finished stages that cannot be written or gone on from: which, why, and what to do instead.
public struct StageFolderError: Error, Hashable, CustomStringConvertible {
    /// Why, for a program.
    public enum Reason: Sendable, Hashable {
        /// The folder belongs to another render.
        case mismatch
        /// The folder holds stages that would be overwritten.
        case occupied
        /// A file or the folder is not there.
        case missing
        /// A file is not as it was written.
        case damaged
        /// The system refused; an `errno`, or 0 when it is not known.
        case system(code: Int32)
    }

    /// The folder or file.
    public let path: String
    /// Why, for a program.
    public let reason: Reason
    /// Why, for a person.
    public let problem: String
    /// What would help.
    public let remedy: String

    /// One line for a person.
    public var description: String { "\(path): \(problem); \(remedy)" }

    init(path: String, _ reason: Reason, problem: String, remedy: String) {
        self.path = path
        self.reason = reason
        self.problem = problem
        self.remedy = remedy
    }

    /// A file or folder that the system refuses to read.
    init(reading path: String, code: Int32) {
        self.init(
            path: path, code == ENOENT || code == ENOTDIR ? .missing : .system(code: code),
            problem: "it cannot be read: \(String(cString: strerror(code)))",
            remedy: "check the path and its permissions")
    }

    /// A folder to which the system refuses a file.
    init(writing path: String, folder: String, code: Int32) {
        let help =
            switch code {
            case ENOSPC, EDQUOT: "make room in \(folder), then go on with --resume"
            case EFBIG: "raise the limit on the size of files, then go on with --resume"
            case EACCES, EPERM, EROFS: "choose a folder that you may write to"
            case ENOENT, ENOTDIR: "create the folder around it first, or choose another"
            default: "check the disk"
            }
        self.init(
            path: path, .system(code: code), problem: "it cannot be written: \(String(cString: strerror(code)))",
            remedy: help)
    }
}
