import FoundationEssentials
import SwiftProtobuf

/// What a fixed small pass over every operation gave: hosts with the same digest compute the same bytes.
public struct CanaryResult: Sendable, Hashable {
    /// The digest of all results.
    public let numericsClass: ContentDigest
    /// How long it took.
    public let nanoseconds: UInt64
    /// What computed it, for people, at most 256 bytes.
    public let processor: String

    /// A result of these parts.
    public init(numericsClass: ContentDigest, nanoseconds: UInt64, processor: String) {
        self.numericsClass = numericsClass
        self.nanoseconds = nanoseconds
        self.processor = processor
    }
}

extension CanaryResult: WireValue {
    init(_ proto: Apldm_V1_CanaryResult) throws(WireError) {
        self.init(
            numericsClass: try ContentDigest(bytes: Array(proto.numericsClass), field: "numericsClass"),
            nanoseconds: proto.nanoseconds, processor: proto.processor)
    }

    var proto: Apldm_V1_CanaryResult {
        .with {
            $0.numericsClass = numericsClass.data
            $0.nanoseconds = nanoseconds
            $0.processor = processor
        }
    }

    func check() throws(WireError) { try Check.text(processor, 0...256, "processor") }
}
