import FoundationEssentials
import Tensors

/// Remembers the digests of files between runs, so that gigabytes are hashed once.
///
/// A file counts as the same as long as its canonical path, device, inode, size and both of its times are. What cannot
/// be read, is damaged or is too large counts as empty, and a cache that cannot be written stays as it was: it is a
/// matter of time alone.
public struct FileDigestCache: Sendable {
    /// One file as it was when it was hashed.
    struct File: Sendable, Hashable, Codable {
        /// Absolute, links resolved.
        var path: String
        var stamp: FileStamp
        var sha256: String
    }

    private struct Document: Codable {
        var version: Int
        var files: [File]
    }

    private static let version = 1
    private static let sizeLimit = 4 << 20
    /// So many files are remembered; the first ones by name when there are more.
    private static let countLimit = 5000
    /// A file that was changed so shortly before it was hashed may change again without its times showing it, as they
    /// go by the ticks of the kernel; in nanoseconds.
    private static let unsettled: Int64 = 2_000_000_000

    private let folder: String
    private var path: String { folder + "/file-digests.json" }

    /// - Parameter folder: an absolute path; it is made when something is to be kept.
    package init(folder: String) { self.folder = folder }

    /// The user's own, `$XDG_CACHE_HOME/apldm` or `~/.cache/apldm`; nil when the environment names no such folder.
    public init?(environment: [String: String]) {
        // Relative paths are to be ignored, as the XDG Base Directory Specification has it.
        if let caches = environment["XDG_CACHE_HOME"], caches.hasPrefix("/") {
            self.init(folder: caches + "/apldm")
        } else if let home = environment["HOME"], home.hasPrefix("/") {
            self.init(folder: home + "/.cache/apldm")
        } else {
            return nil
        }
    }

    /// What is remembered, by path.
    func load() -> [String: File] {
        guard let data = try? BoundedFile.read(path: path, limit: Self.sizeLimit),
            let document = try? JSONDecoder().decode(Document.self, from: data), document.version == Self.version
        else { return [:] }
        return Dictionary(document.files.filter(\.sha256.isSHA256).map { ($0.path, $0) }) { _, last in last }
    }

    /// Keeps what was found together with what was known.
    ///
    /// - Parameters:
    ///   - files: what was found.
    ///   - known: what ``load()`` returned before.
    ///   - start: when hashing began, as ``FileStamp/now`` counts.
    func add(_ files: [File], to known: [String: File], hashedFrom start: Int64) {
        var kept = known
        for file in files where file.stamp.changed < start - Self.unsettled { kept[file.path] = file }
        guard kept != known else { return }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let ordered = kept.values.sorted { $0.path < $1.path }.prefix(Self.countLimit)
        guard let data = try? encoder.encode(Document(version: Self.version, files: Array(ordered))) else { return }
        try? FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        guard var file = try? ReplacementFile(replacing: path) else { return }
        guard (try? file.write([UInt8](data).span)) != nil else { return }
        try? file.commit()
    }
}
