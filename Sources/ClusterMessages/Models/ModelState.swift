import FoundationEssentials
import SwiftProtobuf

/// Whether a worker has a model.
public struct ModelState: Sendable, Hashable {
    /// Whether it can be used.
    public enum Availability: Int, Sendable, Hashable, CaseIterable {
        /// Not there.
        case absent = 1
        /// On its way.
        case pulling = 2
        /// Loaded, or can be at once.
        case ready = 3
        /// There, but of no use.
        case failed = 4
    }

    /// Which model.
    public let model: ContentDigest
    /// Whether it can be used.
    public let availability: Availability
    /// Bytes that have yet to be pulled, at most 1 PiB.
    public let missingByteCount: Int
    /// More for people, at most 1024 bytes.
    public let text: String

    /// A state of these parts.
    public init(model: ContentDigest, availability: Availability, missingByteCount: Int = 0, text: String = "") {
        self.model = model
        self.availability = availability
        self.missingByteCount = missingByteCount
        self.text = text
    }
}

extension ModelState: WireValue {
    init(_ proto: Apldm_V1_ModelState) throws(WireError) {
        self.init(
            model: try ContentDigest(bytes: Array(proto.model), field: "model"),
            availability: try Availability(known: proto.availability, "availability"),
            missingByteCount: Int(clamping: proto.missingBytes), text: proto.text)
    }

    var proto: Apldm_V1_ModelState {
        .with {
            $0.model = model.data
            $0.availability = .init(availability)
            $0.missingBytes = UInt64(clamping: missingByteCount)
            $0.text = text
        }
    }

    func check() throws(WireError) {
        try Check.range(missingByteCount, 0...1 << 50, "missingBytes")
        try Check.text(text, 0...1024, "text")
    }
}
