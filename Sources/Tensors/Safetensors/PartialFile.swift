import Glibc

/// A file that appears under its name only when it is complete: written beside it, brought to the disk, renamed.
/// Given up before that, it leaves nothing behind.
struct PartialFile: ~Copyable {
    private let path: String
    private let partialPath: String
    private let descriptor: Int32
    private var isFinished = false

    init(path: String) throws(SafetensorsError) {
        self.path = path
        partialPath = "\(path).\(String(UInt64.random(in: .min ... .max), radix: 16)).partial"
        descriptor = open(partialPath, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else {
            let error = Self.refused("a file that can be created", path)
            isFinished = true
            throw error
        }
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
        if !isFinished { unlink(partialPath) }
    }

    /// Appends the elements as they lie in memory.
    func write(_ elements: Span<some BitwiseCopyable>) throws(SafetensorsError) {
        try elements.withUnsafeBytes { bytes throws(SafetensorsError) in try append(bytes) }
    }

    private func append(_ bytes: UnsafeRawBufferPointer) throws(SafetensorsError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            // Linux moves at most 2 GiB in one call.
            let chunk = UnsafeRawBufferPointer(rebasing: rest.prefix(1 << 30))
            let written = Glibc.write(descriptor, chunk.baseAddress, chunk.count)
            if written < 0 {
                if errno == EINTR { continue }
                throw Self.refused("room for \(rest.count) more bytes", path)
            }
            rest = rest.dropFirst(written)
        }
    }

    /// Puts the file in its place, where it survives a loss of power.
    mutating func finish() throws(SafetensorsError) {
        guard fsync(descriptor) == 0 else { throw Self.refused("a file that reaches the disk", path) }
        guard rename(partialPath, path) == 0 else { throw Self.refused("a name that can be given to the file", path) }
        isFinished = true
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
        let folderDescriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folderDescriptor >= 0 else { throw Self.refused("a folder that can be opened", path) }
        defer { close(folderDescriptor) }
        // EINVAL: a file system whose folders need no such call.
        if fsync(folderDescriptor) != 0, errno != EINVAL { throw Self.refused("a folder that reaches the disk", path) }
    }

    private static func refused(_ attempt: String, _ path: String) -> SafetensorsError {
        let code = errno
        return SafetensorsError(
            .cannotWrite, file: path, expected: attempt, found: systemMessage(code), systemError: code)
    }
}
