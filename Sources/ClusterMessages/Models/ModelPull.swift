import FoundationEssentials
import SwiftProtobuf

/// A worker's request for a model: first for its manifest, then for one file after the other. A file comes as a tensor
/// of bytes (``WireMessage/tensorPut(_:)``) on the request's stream.
public struct ModelPull: Sendable, Hashable {
    /// Which model.
    public let model: ContentDigest
    /// Which file of it; nil for the manifest.
    public let file: ContentDigest?

    /// A request of these parts.
    public init(model: ContentDigest, file: ContentDigest? = nil) {
        self.model = model
        self.file = file
    }
}

extension ModelPull: WireValue {
    init(_ proto: Apldm_V1_ModelPull) throws(WireError) {
        self.init(
            model: try ContentDigest(bytes: Array(proto.model), field: "model"),
            file: proto.file.isEmpty ? nil : try ContentDigest(bytes: Array(proto.file), field: "file"))
    }

    var proto: Apldm_V1_ModelPull {
        .with {
            $0.model = model.data
            $0.file = file.data
        }
    }

    func check() {}
}
