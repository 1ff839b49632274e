import SwiftProtobuf
public import Tensors

/// Statistics of all tiles, appended to a pass's ledger on the worker. A worker that comes late gets the whole ledger.
public struct MergedStatistics: Sendable, Hashable {
    /// The most entries in one message; with 32 groups each they fit.
    public static let mostEntries = 64

    /// Which pass.
    public let session: UInt64
    /// Which entry of the ledger the first one is, at most ``TileOperation/mostBarriers``. A worker refuses a gap.
    public let first: Int
    /// 1 through ``mostEntries`` normalisations of 1 through 256 groups each.
    public let entries: [[GroupMoments]]

    /// Statistics of all tiles.
    public init(session: UInt64, first: Int, entries: [[GroupMoments]]) {
        self.session = session
        self.first = first
        self.entries = entries
    }
}

extension MergedStatistics: WireValue {
    init(_ proto: Apldm_V1_Merged) throws(WireError) {
        self.init(
            session: proto.session, first: Int(proto.first),
            entries: try proto.entries.map { entry throws(WireError) in try GroupStatistics(entry).moments })
    }

    var proto: Apldm_V1_Merged {
        .with {
            $0.session = session
            $0.first = UInt32(clamping: first)
            $0.entries = entries.map { GroupStatistics($0).proto }
        }
    }

    func check() throws(WireError) {
        try Check.range(first, 0...TileOperation.mostBarriers, "first")
        try Check.count(entries, 1...Self.mostEntries, "entries")
        for entry in entries { try GroupStatistics(entry).check() }
    }
}
