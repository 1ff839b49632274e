import Crypto
import FoundationEssentials
import Tensors

/// The files of a model folder from which pictures follow, and the digest of them all.
///
/// They are, whole and by their names within the folder:
/// - `model_index.json` and `scheduler/scheduler_config.json`,
/// - `config.json` and the weight files that are read (of the variant that is, every shard) of `unet`, `vae` and the
///   family's text encoders,
/// - what there is of ``TokenizerFolder/fileNames`` in the family's tokenizer folders.
///
/// An index of shards is not among them: it only says which shards are read, and these are.
public struct ModelFiles: Sendable {
    /// The model's folder.
    public let folder: String
    /// Which family its `model_index.json` names.
    public let family: ModelFamily
    /// Paths within the folder, sorted by their bytes.
    public let names: [String]

    /// Finds the files without reading the weights.
    ///
    /// - Parameters:
    ///   - folder: a diffusers model folder.
    ///   - variant: which of several variants of the weights, as for ``DiffusionModel/load(folder:variant:)``.
    /// - Throws: ``ModelError`` naming the file that is missing or malformed.
    public init(folder: String, variant: String? = nil) throws(ModelError) {
        self.folder = folder
        family = try ModelIndex(folder: folder).family
        var names = ["model_index.json", "scheduler/scheduler_config.json"]
        let networks = ["unet", "vae"].map { ($0, "diffusion_pytorch_model") }
        for (component, stem) in networks + family.textEncoders.map({ ($0.folder, "model") }) {
            let place = folder + "/" + component
            let weights = try WeightFiles(component: URL(filePath: place), stem: stem, variant: variant)
            names.append(component + "/config.json")
            names += weights.files.map { component + "/" + URL(filePath: $0.path).lastPathComponent }
        }
        for tokenizer in family.textEncoders.map(\.tokenizer) {
            names += TokenizerFolder.fileNames.map { tokenizer + "/" + $0 }
                .filter { FileManager.default.fileExists(atPath: folder + "/" + $0) }
        }
        self.names = names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// The digests of ``names``, in their order.
    package func fileDigests(_ digests: FileDigests) async throws -> [String] {
        try await digests.digests(of: names.map { folder + "/" + $0 })
    }

    /// The digest of a model: the SHA-256 of what `sha256sum` prints for ``names`` in this order, called in the folder.
    ///
    /// - Parameter digests: what hashes the files.
    /// - Returns: 64 hexadecimal digits.
    /// - Throws: ``ModelError`` naming the file that cannot be read, and `CancellationError`.
    public func digest(_ digests: FileDigests) async throws -> String {
        let found = try await fileDigests(digests)
        let listing = zip(found, names).map { "\($0)  \($1)\n" }.joined()
        return SHA256.hash(data: [UInt8](listing.utf8)).hexadecimal
    }
}
