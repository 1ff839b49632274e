import SwiftProtobuf

/// Self-attention of the autoencoder's middle block for some positions of a map, each of which looks at all of them.
///
/// Input: what the worker makes the map of, with the layers before the attention. Of an encode that is what its tiles end
/// with, `[1, height, width, channels]`; of a decode the unscaled latents, `[1, height, width, latent channels]`. None where
/// the worker holds it from an earlier task of the session; one that does not declines
/// (``TaskDecline/Reason/sessionMissing``). Output: the rows of these positions, `[1, positions, 1, channels]`.
public struct AttendPositions: Sendable, Hashable {
    /// The most positions of a map.
    public static let largestMap = 1 << 28
    /// The most positions of one task.
    public static let mostPositions = 1 << 20

    /// Which pass, by a number that the coordinator never uses twice in an epoch.
    public let session: UInt64
    /// Whose middle block: the decoder's or the encoder's.
    public let direction: PassDirection
    /// Row by row; 1 through ``mostPositions`` of them, within ``largestMap``.
    public let positions: Range<Int>

    /// Attention for these positions.
    public init(session: UInt64, direction: PassDirection, positions: Range<Int>) {
        self.session = session
        self.direction = direction
        self.positions = positions
    }
}

extension AttendPositions: WireValue {
    init(_ proto: Apldm_V1_AttendPositions) throws(WireError) {
        let (lower, upper) = (Int(proto.lower), Int(proto.upper))
        try Check.range(upper, lower + 1...max(lower + 1, Self.largestMap), "upper")
        self.init(
            session: proto.session, direction: try PassDirection(known: proto.direction, "direction"),
            positions: lower..<upper)
    }

    var proto: Apldm_V1_AttendPositions {
        .with {
            $0.session = session
            $0.direction = .init(direction)
            $0.lower = UInt32(clamping: positions.lowerBound)
            $0.upper = UInt32(clamping: positions.upperBound)
        }
    }

    func check() throws(WireError) {
        try Check.range(positions.lowerBound, 0...Self.largestMap, "lower")
        try Check.range(positions.upperBound, 0...Self.largestMap, "upper")
        try Check.count(positions, 1...Self.mostPositions, "positions")
    }
}
