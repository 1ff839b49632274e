import SwiftProtobuf

/// A step of a tiled pass of the autoencoder, whose tiles share the statistics of every normalisation.
public struct TileOperation: Sendable, Hashable {
    /// Which way the pass goes.
    public enum Direction: Int, Sendable, Hashable, CaseIterable {
        /// Latents to a picture.
        case decode = 1
        /// A picture to latents.
        case encode = 2
    }

    /// What is to be done.
    public enum Step: Sendable, Hashable {
        /// Makes the pass known on the worker: latents of `height`×`width` cells, each 1 through 16384, in cores of at
        /// most `core` cells, nil for one tile of everything. The only input is what the chain of layers begins with;
        /// no outputs.
        case open(Direction, height: Int, width: Int, core: Int?)
        /// Takes tiles to the normalisation after those in the ledger; answered by ``TileStatistics`` for each, and
        /// then a result without outputs.
        case advance(tiles: [Int], ledgerCount: Int)
        /// Takes tiles to their end; one output each, in the same order.
        case finish(tiles: [Int], ledgerCount: Int)
        /// Forgets the pass.
        case close
    }

    /// The most tiles in one step.
    public static let mostTiles = 16
    /// The highest number of a tile.
    public static let lastTile = (1 << 20) - 1
    /// The most normalisations of a pass.
    public static let mostBarriers = 256

    /// Which pass, by a number that the coordinator never uses twice in an epoch.
    public let session: UInt64
    /// What is to be done.
    public let step: Step

    /// A step of a pass.
    public init(session: UInt64, _ step: Step) {
        self.session = session
        self.step = step
    }

    var inputCount: Int {
        if case .open = step { 1 } else { 0 }
    }
}

extension TileOperation: WireValue {
    init(_ proto: Apldm_V1_TileOperation) throws(WireError) {
        let step: Step
        switch try Check.present(proto.step, "step") {
        case .open(let open):
            step = .open(
                try Direction(known: open.direction, "open.direction"), height: Int(open.height),
                width: Int(open.width), core: open.hasCore ? Int(open.core) : nil)
        case .advance(let advance):
            step = .advance(tiles: advance.tiles.map { Int($0) }, ledgerCount: Int(advance.ledgerCount))
        case .finish(let finish):
            step = .finish(tiles: finish.tiles.map { Int($0) }, ledgerCount: Int(finish.ledgerCount))
        case .close: step = .close
        }
        self.init(session: proto.session, step)
    }

    var proto: Apldm_V1_TileOperation {
        .with {
            $0.session = session
            switch step {
            case .open(let direction, let height, let width, let core):
                $0.open = .with {
                    $0.direction = .init(direction)
                    $0.height = UInt32(clamping: height)
                    $0.width = UInt32(clamping: width)
                    if let core { $0.core = UInt32(clamping: core) }
                }
            case .advance(let tiles, let ledgerCount):
                $0.advance = .with {
                    $0.tiles = tiles.map { UInt32(clamping: $0) }
                    $0.ledgerCount = UInt32(clamping: ledgerCount)
                }
            case .finish(let tiles, let ledgerCount):
                $0.finish = .with {
                    $0.tiles = tiles.map { UInt32(clamping: $0) }
                    $0.ledgerCount = UInt32(clamping: ledgerCount)
                }
            case .close: $0.close = .init()
            }
        }
    }

    func check() throws(WireError) {
        switch step {
        case .open(_, let height, let width, let core):
            try Check.range(height, 1...16384, "open.height")
            try Check.range(width, 1...16384, "open.width")
            if let core { try Check.range(core, 1...16384, "open.core") }
        case .advance(let tiles, let ledgerCount), .finish(let tiles, let ledgerCount):
            try Check.count(tiles, 1...Self.mostTiles, "tiles")
            for tile in tiles { try Check.range(tile, 0...Self.lastTile, "tiles") }
            try Check.range(ledgerCount, 0...Self.mostBarriers, "ledgerCount")
        case .close: break
        }
    }
}
