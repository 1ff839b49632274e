import Glibc

/// A file that takes its name only when it is complete.
///
/// What is written goes to a temporary file in the same folder; ``commit()`` puts it on the disk and renames it. Until
/// then whatever stood at the path stays as it was, and when the value goes away without a commit the temporary file
/// goes too. A symbolic link at the path is replaced, not followed.
struct ReplacementFile: ~Copyable {
    /// The name the file will have.
    let path: String
    /// Where the data is until the commit.
    let temporaryPath: String
    /// Open for writing on the temporary file.
    let descriptor: Int32
    private let folder: String
    private var isTemporary: Bool

    /// Makes the temporary file.
    init(replacing path: String) throws(ImageFileError) {
        try Self.checkTarget(path)
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "./"
        let name = String(UInt64.random(in: UInt64.min...UInt64.max), radix: 16)
        let temporaryPath = "\(folder).apldm-\(name).partial"
        let descriptor = Glibc.open(temporaryPath, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw ImageFileError(path: path, operation: .create, systemError: errno) }
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

    /// Removes the temporary file now; nothing when there is none any more.
    mutating func discard() {
        if isTemporary { unlink(temporaryPath) }
        isTemporary = false
    }

    /// Waits until the data is on the disk, then gives the file its name. The temporary file is gone either way.
    mutating func commit() throws(ImageFileError) {
        guard fsync(descriptor) == 0 else { throw failure(.synchronize, errno) }
        guard rename(temporaryPath, path) == 0 else { throw failure(.replace, errno) }
        isTemporary = false
        synchronizeFolder()
    }

    private mutating func failure(_ operation: ImageFileError.Operation, _ code: Int32) -> ImageFileError {
        discard()
        return ImageFileError(path: path, operation: operation, systemError: code)
    }

    /// Makes the new name survive a power cut. The file is whole and in place already, and some file systems cannot do
    /// this, so a refusal is not an error.
    private func synchronizeFolder() {
        let descriptor = Glibc.open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        close(descriptor)
    }

    /// Refuses what a rename would refuse only after all the work, or would wreck: `/dev/null` is a fine target for
    /// an open file, but not to be replaced by one.
    private static func checkTarget(_ path: String) throws(ImageFileError) {
        guard !path.isEmpty, path.utf8.last != UInt8(ascii: "/"), !path.utf8.contains(0) else {
            throw ImageFileError(
                path: path, operation: .create, reason: .invalidUse, problem: "the path does not name a file",
                remedy: "give a path that ends in a file name")
        }
        var information = stat()
        guard stat(path, &information) == 0 else { return }
        guard information.st_mode & S_IFMT == S_IFREG else {
            throw ImageFileError(
                path: path, operation: .create, reason: .invalidUse,
                problem: "something that is not a regular file has this name", remedy: "choose another path")
        }
    }
}
