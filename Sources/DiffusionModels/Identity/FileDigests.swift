import Crypto
import FoundationEssentials
import Glibc

/// SHA-256 digests of files, several at a time, of which a cache spares those that are known already.
public struct FileDigests: Sendable {
    /// How much of a file is in memory at once.
    private static let chunk = 2 << 20

    private let cache: FileDigestCache?
    private let now: @Sendable () -> Int64

    /// - Parameter cache: what remembers digests between runs; nil hashes always.
    public init(cache: FileDigestCache? = nil) { self.init(cache: cache) { FileStamp.now } }

    /// - Parameters:
    ///   - cache: what remembers digests between runs; nil hashes always.
    ///   - now: the present in nanoseconds since 1970.
    package init(cache: FileDigestCache?, now: @escaping @Sendable () -> Int64) {
        self.cache = cache
        self.now = now
    }

    /// The digests of regular files, in the order of `paths`, as 64 hexadecimal digits each.
    ///
    /// - Throws: ``ModelError`` naming the file that cannot be read or changes meanwhile, and `CancellationError`.
    package func digests(of paths: [String]) async throws -> [String] {
        let known = cache?.load() ?? [:]
        let start = now()
        let found = try await withThrowingTaskGroup(of: (index: Int, file: FileDigestCache.File).self) { group in
            for (index, path) in paths.enumerated() {
                group.addTask { (index, try await Self.file(at: path, known: known)) }
            }
            return try await group.reduce(into: [:]) { $0[$1.index] = $1.file }
        }
        let files = paths.indices.compactMap { found[$0] }
        cache?.add(files, to: known, hashedFrom: start)
        return files.map(\.sha256)
    }

    private static func file(
        at path: String, known: [String: FileDigestCache.File]
    ) async throws -> FileDigestCache.File {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            throw ModelError(
                errno == ENOENT ? .fileMissing : .unreadable, file: path, expected: "a file of the model",
                found: String(cString: strerror(errno)),
                remedy: "check that the folder is a complete diffusers model folder")
        }
        defer { close(descriptor) }
        guard let stamp = FileStamp(descriptor: descriptor) else {
            throw ModelError(.unreadable, file: path, expected: "a regular file", found: "something else")
        }
        let place = canonical(path)
        if let file = known[place], file.stamp == stamp { return file }
        let digest = try await digest(of: descriptor, path: path, size: stamp.size)
        guard FileStamp(descriptor: descriptor) == stamp else {
            throw ModelError(
                .unreadable, file: path, expected: "a file that nobody writes to", found: "a change while it was read",
                remedy: "wait until the model is complete")
        }
        return FileDigestCache.File(path: place, stamp: stamp, sha256: digest)
    }

    private static func digest(of descriptor: Int32, path: String, size: Int64) async throws -> String {
        var hash = SHA256()
        var buffer = [UInt8](repeating: 0, count: Int(min(max(size, 1), Int64(chunk))))
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            if count == 0 { return hash.finalize().hexadecimal }
            guard count > 0 else {
                if errno == EINTR { continue }
                throw ModelError(
                    .unreadable, file: path, expected: "a file that can be read",
                    found: String(cString: strerror(errno)),
                    remedy: "check the disk and the file's permissions")
            }
            hash.update(data: buffer[..<count])
            // Gigabytes are hashed on the threads that asynchronous code shares: others get their turn.
            try Task.checkCancellation()
            await Task.yield()
        }
    }

    private static func canonical(_ path: String) -> String {
        URL(filePath: path).resolvingSymlinksInPath().path(percentEncoded: false)
    }
}
