package import FoundationEssentials
import Glibc

/// Reads small files of a model folder whole, after a look at their size.
package enum BoundedFile {
    /// The bytes of the regular file at `path`.
    package static func read(path: String, limit: Int) throws(ModelError) -> Data {
        var status = stat()
        guard stat(path, &status) == 0 else {
            throw ModelError(
                .fileMissing, file: path, expected: "a file", found: String(cString: strerror(errno)),
                remedy: "check that the folder is a complete diffusers model folder")
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw ModelError(
                .unreadable, file: path, expected: "a regular file", found: "something else",
                remedy: "check that the folder is a complete diffusers model folder")
        }
        let size = Int(status.st_size)
        guard size <= limit else {
            throw ModelError(
                .malformed, file: path, expected: "at most \(limit) bytes", found: "\(size) bytes",
                remedy: "this is not a configuration file; download the model folder again")
        }
        do {
            return try Data(contentsOf: URL(filePath: path))
        } catch {
            throw ModelError(
                .unreadable, file: path, expected: "a readable file", found: "\(error)".prefixedOnOneLine(160),
                remedy: "check its permissions")
        }
    }
}

extension String {
    /// The first `limit` characters, on one line.
    func prefixedOnOneLine(_ limit: Int) -> String {
        String(prefix(limit).map { $0.isNewline ? " " : $0 })
    }
}
