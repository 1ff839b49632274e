public import FoundationEssentials
public import Tensors

/// The safetensors file or files of one component, a folder such as `unet` in the layout of diffusers.
public struct WeightFiles: Sendable {
    /// The component's folder, as it was given.
    public let folder: String
    /// What is read; of interest when no variant was asked for and only one is there.
    public let variant: WeightVariant
    /// One file, or the shards in the order of their names.
    public let files: [SafetensorsFile]
    /// The names of all tensors.
    public let names: Set<String>

    /// The position in ``files`` of the file that has a tensor.
    private let owners: [String: Int]

    /// Finds, opens and checks the weights in `folder`.
    ///
    /// - Parameters:
    ///   - folder: the component's folder.
    ///   - stem: how the file names begin: `diffusion_pytorch_model` or `model`.
    ///   - variant: for example `fp16`; `full` for the files without one; nil for these or else the only variant.
    /// - Throws: what is missing, ambiguous, malformed or of a format that is not read.
    public init(component folder: URL, stem: String, variant: String?) throws(ModelError) {
        self.folder = folder.path
        let listing = WeightListing(folder: folder.path, stem: stem, names: try Self.list(folder.path))
        let packaging = try listing.choose(variant.map(WeightVariant.init))
        self.variant = packaging.variant
        let path = "\(folder.path)/\(packaging.name)"
        if packaging.isIndex {
            (files, owners) = try Self.openShards(of: ShardIndex(path: path), at: path, listing)
        } else {
            let file = try Self.open(path)
            files = [file]
            owners = file.tensors.mapValues { _ in 0 }
        }
        names = Set(owners.keys)
    }

    /// The file that has the tensor `name`.
    public func file(of name: String) -> SafetensorsFile? { owners[name].map { files[$0] } }

    /// What messages call all of the files together.
    package var place: String { files.count == 1 ? files[0].path : folder }

    private static func list(_ folder: String) throws(ModelError) -> [String] {
        do {
            return try FileManager.default.contentsOfDirectory(atPath: folder)
        } catch {
            let isThere = FileManager.default.fileExists(atPath: folder)
            throw ModelError(
                isThere ? .unreadable : .fileMissing, file: folder, expected: "the folder of a model component",
                found: isThere ? "something that cannot be listed" : nil,
                remedy: "give the folder of a model in the layout of diffusers")
        }
    }

    private static func open(_ path: String) throws(ModelError) -> SafetensorsFile {
        do {
            return try SafetensorsFile(path: path)
        } catch {
            throw ModelError(error)
        }
    }

    /// Opens every shard that the index at `path` names and checks that both agree on every tensor.
    private static func openShards(
        of index: ShardIndex, at path: String, _ listing: WeightListing
    ) throws(ModelError) -> ([SafetensorsFile], [String: Int]) {
        let shards = Set(index.weightMap.values).sorted()
        let absent = shards.filter { !listing.names.contains($0) }
        guard absent.isEmpty else {
            throw ModelError(
                .fileMissing, file: "\(listing.folder)/\(absent[0])",
                expected: "the \(shards.count) shards that \(path) names",
                found: "\(absent.count) of them missing: \(absent.listed)", remedy: "fetch what is missing")
        }
        var files: [SafetensorsFile] = []
        var owners: [String: Int] = [:]
        for shard in shards {
            let file = try open("\(listing.folder)/\(shard)")
            let unlisted = file.tensors.keys.filter { index.weightMap[$0] != shard }.sorted()
            guard unlisted.isEmpty else {
                throw ModelError(
                    .unexpectedTensor, file: file.path, subject: unlisted[0],
                    expected: "only tensors that \(path) places here",
                    found: unlisted.listed, remedy: mixedUp)
            }
            for name in file.tensors.keys { owners[name] = files.count }
            files.append(file)
        }
        let missing = index.weightMap.keys.filter { owners[$0] == nil }.sorted()
        if let first = missing.first {
            throw ModelError(
                .missingTensor, file: index.weightMap[first].map { "\(listing.folder)/\($0)" }, subject: first,
                expected: "every tensor that \(path) places here", found: "none of \(missing.listed)",
                remedy: mixedUp)
        }
        return (files, owners)
    }

    private static let mixedUp = "index and shards are not of one model: fetch all of them again"
}
