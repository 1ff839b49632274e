import SwiftProtobuf

/// All steps of one stage of a picture, that is of one resolution. Input: what its first step starts from, noised; none
/// for the first stage, which draws it from the seed. Output: the stage's clean latents.
public struct DenoiseStage: Sendable, Hashable {
    /// The most bytes of a record.
    public static let longestRecord = 32 << 10

    /// A JSON text that says all that determines the picture, 2 through 32768 bytes. It is checked as text alone; what
    /// it says is for the receiver to check.
    public let record: String
    /// Which stage, 1 through 64.
    public let stage: Int

    /// A stage of the picture of this record.
    public init(record: String, stage: Int) {
        self.record = record
        self.stage = stage
    }

    var inputCount: Int { stage == 1 ? 0 : 1 }
}

extension DenoiseStage: WireValue {
    init(_ proto: Apldm_V1_DenoiseStage) { self.init(record: proto.record, stage: Int(proto.stage)) }

    var proto: Apldm_V1_DenoiseStage {
        .with {
            $0.record = record
            $0.stage = UInt32(clamping: stage)
        }
    }

    func check() throws(WireError) {
        try Check.text(record, 2...Self.longestRecord, "record")
        try Check.range(stage, 1...64, "stage")
    }
}
