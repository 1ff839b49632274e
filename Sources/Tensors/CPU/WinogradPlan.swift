import CKernels

/// How the work of a Winograd convolution is divided. It decides what is in which cache and which thread does what,
/// never a bit.
struct WinogradPlan {
    /// Whether all weights are transformed once, before anything else; each block transforms its own otherwise.
    let keepsWeights: Bool
    /// Whether the inputs of a group of tiles are transformed for all its blocks; a group is one block otherwise.
    let sharesInputs: Bool
    /// Tiles whose transformed inputs lie in memory together.
    let groupTiles: Int
    /// Tiles of a block.
    let blockTiles: Int
    /// Outputs that are computed together: a multiple of every table's panel.
    let blockOutputs: Int

    /// Transformed weights that are kept take no more bytes than this.
    private static let largestWeights = 16 << 20
    /// Transformed inputs that are shared take no more bytes than this.
    private static let largestInputs = 20 << 20
    /// More tiles whose transformed inputs are shared lose nothing.
    private static let mostGroupTiles = 256
    /// For fewer tiles, weights are multiplied while they are in the cache of the thread that transformed them.
    private static let tilesWorthWeights = 128
    /// So many tiles keep any number of threads busy by themselves.
    private static let manyTiles = 1024
    /// So many outputs make enough blocks when each has 64.
    private static let manyOutputs = 512

    /// The most bytes that transformed weights and inputs take which threads share, whichever of them a plan keeps.
    ///
    /// - Parameters:
    ///   - inputs: channels of the input.
    ///   - outputs: channels of the result.
    ///   - tiles: the tiles of all pictures.
    /// - Returns: bytes.
    static func mostSharedMemory(inputs: Int, outputs: Int, tiles: Int) -> Int {
        let bytes = Int(CK_WINOGRAD_PLANES) * MemoryLayout<Float>.stride
        let weights = bytes * inputs * outputs
        return (weights <= largestWeights ? weights : 0)
            + bytes * inputs * min(tiles, mostGroupTiles, max(1, largestInputs / (bytes * inputs)))
    }

    /// - Parameters:
    ///   - layer: the convolution.
    ///   - tiles: the tiles of all pictures.
    init(_ layer: Convolution, tiles: Int) {
        let bytes = Int(CK_WINOGRAD_PLANES) * MemoryLayout<Float>.stride
        keepsWeights =
            layer.inputs * layer.outputs <= Self.largestWeights / bytes && tiles >= Self.tilesWorthWeights
        sharesInputs = !keepsWeights || tiles < Self.manyTiles
        if sharesInputs {
            groupTiles = min(Self.mostGroupTiles, max(1, Self.largestInputs / (bytes * layer.inputs)))
            blockTiles = keepsWeights ? 64 : groupTiles
            blockOutputs = keepsWeights || layer.outputs >= Self.manyOutputs ? 64 : 32
        } else {
            groupTiles = 96
            blockTiles = groupTiles
            blockOutputs = 64
        }
    }
}
