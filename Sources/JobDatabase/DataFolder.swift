import FoundationEssentials
import Glibc

/// The folder that everything is in which survives the program: the database, checkpoints and, unless they go elsewhere,
/// pictures.
///
/// One program at a time: the lock goes with the process, however that ends.
public final class DataFolder: Sendable {
    /// Where it is.
    public let path: String
    private let lock: Int32

    /// The database of jobs.
    public var database: String { path + "/jobs.sqlite" }
    /// What unfinished pictures go on from: a folder for each job, called by its number.
    public var checkpoints: String { path + "/checkpoints" }
    /// Where pictures go unless somebody wants them elsewhere.
    public var pictures: String { path + "/pictures" }

    /// Opens a folder, which is made with all around it when it is not there.
    ///
    /// - Parameter path: where it is.
    /// - Throws: ``JobDatabaseError`` when another program has it open or the system refuses.
    public init(path: String) throws(JobDatabaseError) {
        self.path = path
        let made = path + "/checkpoints"
        do {
            try FileManager.default.createDirectory(atPath: made, withIntermediateDirectories: true)
        } catch {
            var information = stat()
            let code = stat(made, &information) == 0 ? ENOTDIR : errno
            throw JobDatabaseError(
                path, .system(code: code), "it cannot be made: \(String(cString: strerror(code)))",
                remedy: "choose another folder with --data")
        }
        lock = try Self.locked(path)
    }

    deinit { close(lock) }

    /// Lets another program have it, without waiting for the last who refers to this.
    func release() { flock(lock, LOCK_UN) }

    private static func locked(_ folder: String) throws(JobDatabaseError) -> Int32 {
        let path = folder + "/lock"
        let descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw JobDatabaseError(
                path, .system(code: errno), "it cannot be written: \(String(cString: strerror(errno)))",
                remedy: "choose a folder that you may write to with --data")
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let code = errno
            close(descriptor)
            throw code == EWOULDBLOCK
                ? JobDatabaseError(
                    folder, .locked, "another apldm-coord serve works with it",
                    remedy: "end that one, or choose another folder with --data")
                : JobDatabaseError(
                    path, .system(code: code), "it cannot be locked: \(String(cString: strerror(code)))",
                    remedy: "choose a folder on a local disk with --data")
        }
        return descriptor
    }
}
