import FoundationEssentials
import Tensors

/// The index of a split file: which shard has which tensor (`STEM.safetensors.index.json`).
struct ShardIndex: Decodable {
    /// The most bytes an index may have; that of a UNet has 0.1 to 0.2 million.
    static let maximumByteCount = 16 << 20

    /// Shard by tensor. The recorded total size is not read: shards are checked against their own headers.
    let weightMap: [String: String]

    private enum CodingKeys: String, CodingKey {
        case weightMap = "weight_map"
    }

    /// Reads the index at `path`; every shard that it names is a plain file name.
    init(path: String) throws(ModelError) {
        let data: Data
        do {
            data = try Data(contentsOf: URL(filePath: path), options: .mappedIfSafe)
        } catch {
            throw ModelError(.unreadable, file: path, found: "\(error)")
        }
        guard data.count <= Self.maximumByteCount else {
            throw ModelError(
                .malformed, file: path, expected: "at most \(Self.maximumByteCount) bytes", found: "\(data.count)")
        }
        do {
            self = try JSONDecoder().decode(ShardIndex.self, from: data)
        } catch {
            throw ModelError(
                .malformed, file: path, subject: CodingKeys.weightMap.rawValue,
                expected: "an object from tensor names to file names", found: Self.fault(error),
                remedy: "fetch the index again")
        }
        guard !weightMap.isEmpty else {
            throw ModelError(.malformed, file: path, subject: CodingKeys.weightMap.rawValue, found: "no tensors")
        }
        for (tensor, shard) in weightMap.sorted(by: { $0.key < $1.key }) where !shard.isPlainFileName {
            throw ModelError(
                .malformed, file: path, subject: tensor, expected: "the name of a safetensors file in this folder",
                found: shard.quoted, remedy: "such a name can lead out of the model's folder: fetch the index again")
        }
    }

    private static func fault(_ error: any Error) -> String {
        switch error as? DecodingError {
        case .keyNotFound: "no such key"
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            "another type of value" + (context.codingPath.last.map { " at \($0.stringValue.quoted)" } ?? "")
        default: "text that is not JSON"
        }
    }
}

extension String {
    fileprivate var isPlainFileName: Bool {
        hasSuffix(".safetensors") && !hasPrefix(".") && !contains { "/\\\0".contains($0) }
    }
}
