import FoundationEssentials
import SwiftProtobuf

/// The files of a model.
public struct ModelManifest: Sendable, Hashable {
    /// One of them.
    public struct File: Sendable, Hashable {
        /// Where it belongs in the model's folder: at most 4 names, each of letters, digits and `-._` and not starting
        /// with a dot, that end in `.safetensors`, `.json` or `.txt`. Nothing that can be run, nowhere outside.
        public let path: String
        /// Its size, 1 byte through 1 TiB.
        public let byteCount: Int
        /// Its SHA-256.
        public let sha256: ContentDigest

        /// A file of these properties.
        public init(path: String, byteCount: Int, sha256: ContentDigest) {
            self.path = path
            self.byteCount = byteCount
            self.sha256 = sha256
        }
    }

    /// Which model.
    public let model: ContentDigest
    /// 1 through 256 files with different paths.
    public let files: [File]

    /// A manifest of these files.
    public init(model: ContentDigest, files: [File]) {
        self.model = model
        self.files = files
    }
}

extension ModelManifest: WireValue {
    init(_ proto: Apldm_V1_ModelManifest) throws(WireError) {
        self.init(
            model: try ContentDigest(bytes: Array(proto.model), field: "model"),
            files: try proto.files.map { file throws(WireError) in
                File(
                    path: file.path, byteCount: Int(clamping: file.byteCount),
                    sha256: try ContentDigest(bytes: Array(file.sha256), field: "files.sha256"))
            })
    }

    var proto: Apldm_V1_ModelManifest {
        .with {
            $0.model = model.data
            $0.files = files.map { file in
                .with {
                    $0.path = file.path
                    $0.byteCount = UInt64(clamping: file.byteCount)
                    $0.sha256 = file.sha256.data
                }
            }
        }
    }

    func check() throws(WireError) {
        try Check.count(files, 1...256, "files")
        for file in files {
            try Self.check(path: file.path)
            try Check.range(file.byteCount, 1...TensorHeader.mostBytes, "files.byteCount")
        }
        guard Set(files.map(\.path)).count == files.count else {
            throw WireError(.outOfRange, "files.path", expected: "different paths", found: "one of them twice")
        }
    }

    private static func check(path: String) throws(WireError) {
        let names = path.split(separator: "/", omittingEmptySubsequences: false)
        try Check.count(names, 1...4, "files.path")
        for name in names { try Check.name(String(name), upTo: 128, "files.path") }
        guard [".safetensors", ".json", ".txt"].contains(where: path.hasSuffix) else {
            throw WireError(
                .outOfRange, "files.path", expected: "a .safetensors, .json or .txt file",
                found: QuotedBytes.describe(path))
        }
    }
}
