import Crypto
import Glibc

/// The size and the SHA-256 of a regular file.
struct FileDigest: Equatable {
    let bytes: Int
    let sha256: String

    init(path: String) throws(StageFolderError) {
        let file = try StageFile(path: path)
        var hash = SHA256()
        var block = [UInt8](repeating: 0, count: 1 << 20)
        var bytes = 0
        while true {
            let count = try file.read(into: &block)
            if count == 0 { break }
            hash.update(data: block.prefix(count))
            bytes += count
        }
        self.bytes = bytes
        sha256 = hash.finalize().hexadecimal
    }
}

/// A file of a folder of stages, open for reading.
struct StageFile: ~Copyable {
    private let descriptor: Int32
    private let path: String

    init(path: String) throws(StageFolderError) {
        // Not blocking, so that a pipe without a writer is refused below instead of waited for.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw StageFolderError(reading: path, code: errno) }
        var information = stat()
        guard fstat(descriptor, &information) == 0, information.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw StageFolderError(
                path: path, .damaged, problem: "it is not a regular file", remedy: "start again in another folder")
        }
        self.descriptor = descriptor
        self.path = path
    }

    deinit { close(descriptor) }

    /// Fills `block` as far as one call does.
    ///
    /// - Returns: how many bytes were read; 0 at the end.
    func read(into block: inout [UInt8]) throws(StageFolderError) -> Int {
        while true {
            let count = Glibc.read(descriptor, &block, block.count)
            if count >= 0 { return count }
            if errno != EINTR { throw StageFolderError(reading: path, code: errno) }
        }
    }
}
