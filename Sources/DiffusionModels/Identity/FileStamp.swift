import Glibc

/// What the system keeps of a regular file that changes with its content, short of reading it.
struct FileStamp: Sendable, Hashable, Codable {
    var device: UInt64
    var inode: UInt64
    /// In bytes.
    var size: Int64
    /// When its content was last written, in nanoseconds since 1970. Programs can set it back.
    var modified: Int64
    /// When its content or anything about it was last changed, in nanoseconds since 1970. No program can set it.
    var changed: Int64

    /// Of the file that is open; nil for what is not a regular file or cannot be inspected.
    init?(descriptor: Int32) {
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        device = UInt64(status.st_dev)
        inode = UInt64(status.st_ino)
        size = Int64(status.st_size)
        modified = Self.nanoseconds(status.st_mtim)
        changed = Self.nanoseconds(status.st_ctim)
    }

    private static func nanoseconds(_ time: timespec) -> Int64 {
        Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
    }

    /// The present, as ``changed`` counts it.
    static var now: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return nanoseconds(time)
    }
}
