import Glibc

/// A picture file that could not be written or read: which, while doing what, why, and what to do instead.
public struct ImageFileError: Error, Hashable, CustomStringConvertible {
    /// What was being done; reads on from "cannot".
    public enum Operation: String, Sendable, Hashable {
        /// Making the temporary file beside the target.
        case create
        /// Writing to the temporary file.
        case write
        /// Waiting until the data is on the disk.
        case synchronize
        /// Moving the finished file to its name.
        case replace
        /// Opening a file to read.
        case open
        /// Reading or decoding.
        case read
    }

    /// Why it failed, for a program.
    public enum Reason: Sendable, Hashable {
        /// The system refused; an `errno`.
        case system(code: Int32)
        /// Not a PNG, cut short, or contradicting itself.
        case damaged
        /// More pixels than the reader was allowed, or more beside them than it takes memory for.
        case tooLarge
        /// A valid picture of a kind that is not wanted here.
        case unsupported
        /// No memory for the codec.
        case outOfMemory
        /// A path, size, text or order of calls that cannot be.
        case invalidUse
    }

    /// The file as it was named by the caller.
    public let path: String
    /// What was being done.
    public let operation: Operation
    /// Why it failed, for a program.
    public let reason: Reason
    /// Why it failed, for a person: for a refusal of the system its own text.
    public let problem: String
    /// What would help.
    public let remedy: String

    /// One line for a person.
    public var description: String { "cannot \(operation.rawValue) \(path): \(problem); \(remedy)" }

    init(path: String, operation: Operation, reason: Reason, problem: String, remedy: String) {
        self.path = path
        self.operation = operation
        self.reason = reason
        self.problem = problem
        self.remedy = remedy
    }

    /// The system refused with `code`.
    init(path: String, operation: Operation, systemError code: Int32) {
        self.init(
            path: path, operation: operation, reason: .system(code: code), problem: String(cString: strerror(code)),
            remedy: Self.remedy(for: code, isReading: operation == .open || operation == .read))
    }

    private static func remedy(for code: Int32, isReading: Bool) -> String {
        switch code {
        case ENOENT, ENOTDIR: isReading ? "check the path" : "create the folder first or choose another path"
        case EACCES, EPERM: isReading ? "make the file readable" : "choose a folder that you may write to"
        case EROFS: "choose a folder on a file system that can be written to"
        case ENOSPC, EDQUOT: "free some space or choose a folder on another file system"
        case EFBIG: "raise the limit on the size of files"
        case EMFILE, ENFILE: "raise the limit on open files"
        case ENAMETOOLONG: "choose a shorter path"
        case EIO: "check the disk"
        default: "check the path and its file system, then try again"
        }
    }
}
