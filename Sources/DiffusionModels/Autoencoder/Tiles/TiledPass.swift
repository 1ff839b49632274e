package import Tensors

/// A decode or an encode cut into tiles: which layers, which tiles, and what they take. It holds no pixels.
public struct TiledPass: Sendable {
    /// The tiles, in latent cells.
    public let grid: TileGrid
    let chain: LayerChain
    let paths: [TilePath]
    private let resultScale: Region
    private let resultChannels: Int

    /// - Parameters:
    ///   - chain: the layers.
    ///   - grid: the tiles.
    ///   - inputScale: pixels of the chain's input per latent cell.
    ///   - channels: channels of the result.
    init(_ chain: LayerChain, grid: TileGrid, inputScale: Int, channels: Int) {
        self.chain = chain
        self.grid = grid
        paths = (0..<grid.count).map { TilePath(chain, grid: grid, tile: $0, inputScale: inputScale) }
        resultScale = paths[0].extents[chain.steps.count]
        resultChannels = channels
    }

    /// How many normalisations the tiles pass together.
    public var barriers: Int { chain.barriers }

    /// `[1, height, width, channels]` of the whole result.
    var resultShape: [Int] { [1, resultScale.rows.count, resultScale.columns.count, resultChannels] }

    /// `[1, height, width, channels]` of the part of the input that a tile needs.
    package func inputShape(of tile: Int) -> [Int] {
        let region = inputRegion(of: tile)
        return [1, region.rows.count, region.columns.count, chain.inputChannels]
    }

    /// `[1, height, width, channels]` of the part of the result that a tile gives.
    package func coreShape(of tile: Int) -> [Int] {
        let region = resultRegion(of: tile)
        return [1, region.rows.count, region.columns.count, resultChannels]
    }

    /// The part of the input that a tile needs.
    package func inputRegion(of tile: Int) -> Region { paths[tile].regions[0] }

    /// Where the core of a tile lies in the result.
    package func resultRegion(of tile: Int) -> Region { paths[tile].cores[chain.steps.count] }

    /// How far beyond its core a tile in the middle of the picture reaches into the input, in the input's pixels: above
    /// and to the left, below and to the right.
    public func reach(of tile: Int) -> (before: Int, after: Int) {
        let (held, core) = (paths[tile].regions[0], paths[tile].cores[0])
        return (
            core.rows.lowerBound - held.rows.lowerBound, held.rows.upperBound - core.rows.upperBound
        )
    }

    /// The multiplications and additions in the convolutions of all tiles.
    public var operations: Double { paths.map { $0.operations(in: chain).reduce(0, +) }.reduce(0, +) }

    /// The same for each part of a tile's way: to the first normalisation, from each to the next, and to the end.
    package func operations(of tile: Int) -> [Double] { paths[tile].operations(in: chain) }

    /// The same for one tile that covers everything.
    public var wholeOperations: Double {
        let whole = TileGrid(height: grid.height, width: grid.width, core: nil)
        let scale = paths[0].extents[0].rows.count / grid.height
        return TilePath(chain, grid: whole, tile: 0, inputScale: scale).operations(in: chain).reduce(0, +)
    }

    /// The most bytes that computing on a tile takes at a time, what it holds included.
    public var workingMemory: Int { paths.map { $0.workingMemory(in: chain) }.max() ?? 0 }

    /// The most bytes that tiles hold while they wait for one another. A tile by itself waits for nobody, and what the
    /// one that is computed on holds is part of ``workingMemory``.
    public var waitingMemory: Int {
        guard grid.count > 1 else { return 0 }
        let costs = paths.map { $0.waitingMemory(in: chain) }
        return (0..<barriers).map { barrier in costs.reduce(0) { $0 + $1[barrier] } }.max() ?? 0
    }
}
