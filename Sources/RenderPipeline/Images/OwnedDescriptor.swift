import Glibc

/// A descriptor open for reading on a regular file, closed when it goes away.
struct OwnedDescriptor: ~Copyable {
    let number: Int32

    init(reading path: String) throws(ImageFileError) {
        guard !path.utf8.contains(0) else { throw ImageFileError(path: path, operation: .open, systemError: ENOENT) }
        // Not blocking, so that a pipe without a writer is refused below instead of waited for.
        let number = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard number >= 0 else { throw ImageFileError(path: path, operation: .open, systemError: errno) }
        var information = stat()
        guard fstat(number, &information) == 0, information.st_mode & S_IFMT == S_IFREG else {
            close(number)
            throw ImageFileError(
                path: path, operation: .open, reason: .unsupported, problem: "it is not a regular file",
                remedy: "give the path of a PNG file")
        }
        self.number = number
    }

    deinit { close(number) }
}
