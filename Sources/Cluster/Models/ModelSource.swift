import ClusterMessages
import DiffusionModels
import FoundationEssentials

/// A model whose files a coordinator hands to workers that lack it.
package struct ModelSource: Sendable {
    /// Its files.
    let manifest: ModelManifest
    private let folder: String

    /// Takes the digests of a model's files, of which most are known already.
    ///
    /// - Parameters:
    ///   - model: the model's digest.
    ///   - files: its files.
    ///   - digests: what hashes them.
    /// - Throws: what keeps them from being read, and `CancellationError`.
    init(_ model: ContentDigest, _ files: ModelFiles, _ digests: FileDigests) async throws {
        folder = files.folder
        var entries: [ModelManifest.File] = []
        for (name, sha256) in zip(files.names, try await files.fileDigests(digests)) {
            let attributes = try FileManager.default.attributesOfItem(atPath: folder + "/" + name)
            guard let digest = ContentDigest(hexadecimal: sha256), let size = attributes[.size] as? Int else {
                continue
            }
            entries.append(ModelManifest.File(path: name, byteCount: size, sha256: digest))
        }
        manifest = ModelManifest(model: model, files: entries)
    }

    /// One of its files; nil when it has none with this digest.
    func file(_ digest: ContentDigest, chunkByteCount: Int) throws -> FileChunks? {
        guard let file = manifest.files.first(where: { $0.sha256 == digest }) else { return nil }
        return try FileChunks(folder + "/" + file.path, file, chunkByteCount: chunkByteCount)
    }
}
