import Glibc

extension Storage {
    /// Maps the regular file at `path` for reading.
    convenience init(mappingFileAt path: String) throws(SafetensorsError) {
        func refused(_ attempt: String) -> SafetensorsError {
            let code = errno
            return SafetensorsError(
                .cannotRead, file: path, expected: attempt, found: systemMessage(code), systemError: code)
        }
        // Without O_NONBLOCK, opening a named pipe would wait for a writer.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw refused("a file that can be opened") }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw refused("a file that can be inspected") }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw SafetensorsError(
                .cannotRead, file: path, expected: "a file", found: "a folder, a device or a pipe")
        }
        guard let byteCount = Int(exactly: status.st_size), byteCount > 0 else {
            self.init(byteCount: 0)
            return
        }
        guard let mapping = mmap(nil, byteCount, PROT_READ, MAP_PRIVATE, descriptor, 0), mapping != MAP_FAILED else {
            throw refused("a file that can be mapped into memory")
        }
        self.init(mapping: mapping, byteCount: byteCount)
    }
}

/// What the system says of an `errno`.
func systemMessage(_ code: Int32) -> String {
    strerror(code).map { "\(String(cString: $0)) (errno \(code))" } ?? "errno \(code)"
}
