import Glibc

/// What is left on a disk.
public enum DiskSpace {
    /// How much may still be written.
    ///
    /// - Parameter path: on the disk; of a path that is not there yet the folder around it counts.
    /// - Returns: bytes; nil when the system does not say.
    public static func free(at path: String) -> Int? {
        var system = statvfs()
        guard statvfs(path, &system) == 0 else {
            guard let end = path.lastIndex(of: "/"), end != path.startIndex else { return nil }
            return free(at: String(path[..<end]))
        }
        let free = system.f_bavail.multipliedReportingOverflow(by: UInt(system.f_frsize))
        return free.overflow ? .max : Int(clamping: free.partialValue)
    }

    /// Refuses to begin to write what does not fit.
    static func require(_ bytes: Int, at path: String) throws(StageFolderError) {
        guard let free = free(at: path), free < bytes else { return }
        throw StageFolderError(writing: path, folder: path, code: ENOSPC)
    }
}
