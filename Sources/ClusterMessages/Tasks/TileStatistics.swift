import SwiftProtobuf
public import Tensors

/// What a tile's core contributes to one normalisation.
public struct TileStatistics: Sendable, Hashable {
    /// The attempt at advancing it.
    public let attempt: TaskAttempt
    /// Which pass.
    public let session: UInt64
    /// Which tile, at most ``TileOperation/lastTile``.
    public let tile: Int
    /// How many normalisations lie before this one, at most ``TileOperation/mostBarriers``.
    public let barrier: Int
    /// The statistics of 1 through 256 groups, in binary64 and to the last bit.
    public let moments: [GroupMoments]

    /// Statistics of a tile.
    public init(attempt: TaskAttempt, session: UInt64, tile: Int, barrier: Int, moments: [GroupMoments]) {
        self.attempt = attempt
        self.session = session
        self.tile = tile
        self.barrier = barrier
        self.moments = moments
    }
}

extension TileStatistics: WireValue {
    init(_ proto: Apldm_V1_Statistics) throws(WireError) {
        self.init(
            attempt: TaskAttempt(proto.attempt), session: proto.session, tile: Int(proto.tile),
            barrier: Int(proto.barrier), moments: try GroupStatistics(proto.moments).moments)
    }

    var proto: Apldm_V1_Statistics {
        .with {
            $0.attempt = attempt.proto
            $0.session = session
            $0.tile = UInt32(clamping: tile)
            $0.barrier = UInt32(clamping: barrier)
            $0.moments = GroupStatistics(moments).proto
        }
    }

    func check() throws(WireError) {
        try attempt.check()
        try Check.range(tile, 0...TileOperation.lastTile, "tile")
        try Check.range(barrier, 0...TileOperation.mostBarriers, "barrier")
        try GroupStatistics(moments).check()
    }
}
