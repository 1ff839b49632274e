import Glibc
import Tensors

/// A folder of files that are called what they hold: the SHA-256 of their bytes.
///
/// A file is written aside, put on the disk and renamed, so that under its name it is complete or not there; what was
/// damaged later is told by its digest.
public struct CheckpointFolder: Sendable {
    /// What a file holds.
    struct Contents {
        var tensors: [(name: String, tensor: Tensor)]
        var texts: [String: String]
    }

    /// Where it is; made with the first file.
    public let path: String
    private let commits: CommitObserver

    /// - Parameters:
    ///   - path: where it is; that around it has to be there.
    ///   - commits: who is told of commit points.
    public init(path: String, commits: CommitObserver = .none) {
        self.path = path
        self.commits = commits
    }

    /// Writes a file.
    ///
    /// - Throws: ``StageFolderError`` when the disk refuses; nothing is left then.
    func write(_ contents: Contents, for place: Checkpoint.Place) throws(StageFolderError) -> Checkpoint {
        try StageFolder.makeFolder(at: path)
        let aside = "\(path)/\(String(UInt64.random(in: 0...(.max)), radix: 16)).aside"
        do throws(SafetensorsError) {
            try SafetensorsWriter.write(contents.tensors, metadata: contents.texts, to: aside)
        } catch {
            throw StageFolderError(writing: aside, folder: path, code: error.systemError ?? 0)
        }
        do throws(StageFolderError) {
            let digest = try FileDigest(path: aside)
            commits.reached(.checkpointWritten)
            guard rename(aside, "\(path)/\(digest.sha256)") == 0 else {
                throw StageFolderError(writing: aside, folder: path, code: errno)
            }
            ReplacementFile.synchronizeFolder(path)
            commits.reached(.checkpointNamed)
            return Checkpoint(place: place, sha256: digest.sha256, byteCount: digest.bytes)
        } catch {
            unlink(aside)
            throw error
        }
    }

    /// Opens a file, after a look at every byte of it.
    ///
    /// - Throws: ``StageFolderError`` when it is not there or not as it was written.
    func open(_ checkpoint: Checkpoint) throws(StageFolderError) -> SafetensorsFile {
        let path = "\(path)/\(checkpoint.sha256)"
        let found = try FileDigest(path: path)
        guard found.sha256 == checkpoint.sha256, found.bytes == checkpoint.byteCount else {
            throw StageFolder.damage(path, "it is not as it was written")
        }
        do throws(SafetensorsError) {
            return try SafetensorsFile(path: path)
        } catch {
            throw StageFolder.damage(path, "\(error)")
        }
    }

    /// Removes files that nobody needs any more.
    func remove(_ checkpoints: [Checkpoint]) {
        for checkpoint in checkpoints { unlink("\(path)/\(checkpoint.sha256)") }
        if !checkpoints.isEmpty { commits.reached(.checkpointPruned) }
    }

    /// Removes every file but those of `checkpoints`: what was written and never recorded, or replaced and never removed.
    func sweep(keeping checkpoints: [Checkpoint]) {
        let kept = Set(checkpoints.map(\.sha256))
        for name in FolderListing.names(in: path) where !kept.contains(name) { unlink("\(path)/\(name)") }
    }

    /// Removes the folder with all that is in it.
    public func removeAll() {
        sweep(keeping: [])
        rmdir(path)
        commits.reached(.checkpointsRemoved)
    }
}
