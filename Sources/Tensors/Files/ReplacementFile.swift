import Glibc

/// A file that takes its name only when it is complete.
///
/// What is written goes to a temporary file in the same folder; ``commit()`` puts it on the disk and renames it. Until
/// then whatever stood at the path stays as it was, and when the value goes away without a commit the temporary file
/// goes too. A symbolic link at the path is replaced, not followed.
///
/// A process that is killed leaves its temporary file behind. It is locked as long as somebody writes to it, so that
/// ``removeLeftover(_:)`` can tell it from one that is in use.
package struct ReplacementFile: ~Copyable {
    /// Where the data is until the commit.
    package let temporaryPath: String
    /// Open for writing on the temporary file.
    package let descriptor: Int32
    private let path: String
    private let folder: String
    private var isTemporary: Bool

    /// What was refused, and why.
    package struct Failure: Error, Hashable {
        package enum Operation: String, Sendable, Hashable {
            case create, write, synchronize, replace
        }

        package let operation: Operation
        /// An `errno`.
        package let code: Int32
    }

    /// Makes the temporary file.
    ///
    /// - Parameters:
    ///   - path: the name that the file is to take.
    ///   - permissions: who may do what with it, as far as the process's mask lets them.
    /// - Throws: `EISDIR` for a path that names no file, `EEXIST` for one that names something other than a regular
    ///   file: `/dev/null` is a fine target for an open file, but not to be replaced by one.
    package init(replacing path: String, permissions: UInt32 = 0o666) throws(Failure) {
        try Self.checkTarget(path)
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "./"
        let name = String(UInt64.random(in: UInt64.min...UInt64.max), radix: 16)
        let temporaryPath = "\(folder).apldm-\(name).partial"
        let descriptor = Glibc.open(temporaryPath, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, permissions)
        guard descriptor >= 0 else { throw Failure(operation: .create, code: errno) }
        // Some file systems have no locks; there nothing is taken for a leftover.
        flock(descriptor, LOCK_EX | LOCK_NB)
        self.path = path
        self.temporaryPath = temporaryPath
        self.descriptor = descriptor
        self.folder = folder
        isTemporary = true
    }

    deinit {
        if isTemporary { unlink(temporaryPath) }
        close(descriptor)
    }

    /// Appends the elements as they lie in memory.
    package func write(_ elements: Span<some BitwiseCopyable>) throws(Failure) {
        try elements.withUnsafeBytes { bytes throws(Failure) in
            var rest = bytes[...]
            while !rest.isEmpty {
                // Linux moves at most 2 GiB in one call.
                let chunk = UnsafeRawBufferPointer(rebasing: rest.prefix(1 << 30))
                let written = Glibc.write(descriptor, chunk.baseAddress, chunk.count)
                if written < 0 {
                    if errno == EINTR { continue }
                    throw Failure(operation: .write, code: errno)
                }
                rest = rest.dropFirst(written)
            }
        }
    }

    /// Removes the temporary file now; nothing when there is none any more.
    package mutating func discard() {
        if isTemporary { unlink(temporaryPath) }
        isTemporary = false
    }

    /// Waits until the data is on the disk, then gives the file its name. The temporary file is gone either way.
    package mutating func commit() throws(Failure) {
        guard fsync(descriptor) == 0 else { throw failure(.synchronize, errno) }
        guard rename(temporaryPath, path) == 0 else { throw failure(.replace, errno) }
        isTemporary = false
        Self.synchronizeFolder(folder)
    }

    private mutating func failure(_ operation: Failure.Operation, _ code: Int32) -> Failure {
        discard()
        return Failure(operation: operation, code: code)
    }

    /// Removes the temporary file of a process that was killed while it wrote.
    ///
    /// - Parameter path: any file; one that is not called as temporary files are, or is being written, stays.
    /// - Returns: whether it was removed.
    package static func removeLeftover(_ path: String) -> Bool {
        let name = path[(path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex)...]
        let digits = name.utf8.dropFirst(7).dropLast(8)
        guard name.hasPrefix(".apldm-"), name.hasSuffix(".partial"), (1...16).contains(digits.count),
            digits.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) })
        else { return false }
        let descriptor = Glibc.open(path, O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        return flock(descriptor, LOCK_EX | LOCK_NB) == 0 && unlink(path) == 0
    }

    /// Makes new names in a folder survive a power cut. The files are whole and in place already, and some file systems
    /// cannot do this, so a refusal is not an error.
    package static func synchronizeFolder(_ folder: String) {
        let descriptor = Glibc.open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        close(descriptor)
    }

    /// Refuses what a rename would refuse only after all the work, or would wreck.
    private static func checkTarget(_ path: String) throws(Failure) {
        guard !path.isEmpty, path.utf8.last != UInt8(ascii: "/"), !path.utf8.contains(0) else {
            throw Failure(operation: .create, code: EISDIR)
        }
        var information = stat()
        guard stat(path, &information) == 0 else { return }
        switch information.st_mode & S_IFMT {
        case S_IFREG: return
        case S_IFDIR: throw Failure(operation: .create, code: EISDIR)
        default: throw Failure(operation: .create, code: EEXIST)
        }
    }
}
