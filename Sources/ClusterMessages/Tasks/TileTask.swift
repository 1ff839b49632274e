import SwiftProtobuf
public import Tensors

/// One or several tiles of a pass through the autoencoder, whose tiles share the statistics of every normalisation.
///
/// It says everything that its result depends on, the ledger included, so that any worker can take any tile at any
/// time. What workers keep between the tasks of a session only saves them work.
///
/// Inputs: each tile's region of what the pass begins with, `[1, rows, columns, channels]`, or none where the worker holds
/// all of them from earlier tasks of the session; one that does not declines (``TaskDecline/Reason/sessionMissing``).
public struct TileTask: Sendable, Hashable {
    /// The most tiles of one task.
    public static let mostTiles = TaskResult.mostOutputs
    /// The highest number of a tile.
    public static let lastTile = (1 << 20) - 1
    /// The most tiles of a pass, which whoever computes one of them lays out: as many as a picture may have.
    public static let mostTilesOfPass = 16_384
    /// The most entries of the ledger.
    public static let mostEntries = 64
    /// The most groups of all entries together, or of the statistics of all tiles.
    public static let mostLedgerGroups = GroupStatistics.mostGroupsOfList

    /// Which pass, by a number that the coordinator never uses twice in an epoch.
    public let session: UInt64
    /// Which way the pass goes.
    public let direction: PassDirection
    /// The rows of the latents, 1 through 16384 cells.
    public let height: Int
    /// The columns of the latents, 1 through 16384 cells.
    public let width: Int
    /// The longest edge of a tile's core, 1 through 16384 latent cells; nil for one tile of everything.
    public let core: Int?
    /// Their numbers in the grid, 0 through ``lastTile``: 1 through ``mostTiles``, ascending.
    public let tiles: [Int]
    /// Whether they are taken to their end, with their cores as the outputs. Otherwise they are taken to the
    /// normalisation after those in the ledger, and answered by ``TaskResult/statistics``.
    public let finishes: Bool
    /// The statistics of all tiles at every normalisation so far: at most ``mostEntries`` of 1 through 256 groups each,
    /// ``mostLedgerGroups`` in all. A tile that is all of its pass finishes without: it has its own.
    public let ledger: [[GroupMoments]]

    /// Tiles of a pass.
    public init(
        session: UInt64, direction: PassDirection, height: Int, width: Int, core: Int?, tiles: [Int],
        finishes: Bool, ledger: [[GroupMoments]]
    ) {
        self.session = session
        self.direction = direction
        self.height = height
        self.width = width
        self.core = core
        self.tiles = tiles
        self.finishes = finishes
        self.ledger = ledger
    }
}

extension TileTask: WireValue {
    init(_ proto: Apldm_V1_Tile) throws(WireError) {
        // Before anything is built from them.
        try Check.count(proto.tiles, 0...Self.mostTiles, "tiles")
        try Check.count(proto.ledger, 0...Self.mostEntries, "ledger")
        self.init(
            session: proto.session, direction: try PassDirection(known: proto.direction, "direction"),
            height: Int(proto.height), width: Int(proto.width), core: proto.hasCore ? Int(proto.core) : nil,
            tiles: proto.tiles.isEmpty ? [0] : proto.tiles.map(Int.init), finishes: proto.finishes,
            ledger: try GroupStatistics.list(proto.ledger, "ledger"))
    }

    var proto: Apldm_V1_Tile {
        .with {
            $0.session = session
            $0.direction = .init(direction)
            $0.height = UInt32(clamping: height)
            $0.width = UInt32(clamping: width)
            if let core { $0.core = UInt32(clamping: core) }
            $0.tiles = tiles.map { UInt32(clamping: $0) }
            $0.finishes = finishes
            $0.ledger = ledger.map { GroupStatistics($0).proto }
        }
    }

    func check() throws(WireError) {
        try Check.range(height, 1...16384, "height")
        try Check.range(width, 1...16384, "width")
        if let core {
            try Check.range(core, 1...16384, "core")
            let (rows, columns) = ((height + core - 1) / core, (width + core - 1) / core)
            guard rows * columns <= Self.mostTilesOfPass else {
                throw WireError(
                    .limit, "core", expected: "at most \(Self.mostTilesOfPass) tiles of \(height)x\(width)",
                    found: "\(rows)x\(columns) of \(core)", remedy: "use larger tiles")
            }
        }
        try Check.count(tiles, 1...Self.mostTiles, "tiles")
        for tile in tiles { try Check.range(tile, 0...Self.lastTile, "tiles") }
        guard zip(tiles, tiles.dropFirst()).allSatisfy(<) else {
            throw WireError(.outOfRange, "tiles", expected: "ascending numbers", found: "\(tiles)")
        }
        try Check.count(ledger, 0...Self.mostEntries, "ledger")
        try GroupStatistics.check(ledger, "ledger", remedy: "carry out the whole pass on one host")
    }
}
