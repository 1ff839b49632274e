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
    /// For fewer tiles, weights are multiplied while they are in the cache of the thread that transformed them.
    private static let tilesWorthWeights = 128
    /// So many tiles keep any number of threads busy by themselves.
    private static let manyTiles = 1024
    /// So many outputs make enough blocks when each has 64.
    private static let manyOutputs = 512

    /// - Parameters:
    ///   - layer: the convolution.
    ///   - tiles: the tiles of all pictures.
    init(_ layer: Convolution, tiles: Int) {
        let bytes = Int(CK_WINOGRAD_PLANES) * MemoryLayout<Float>.stride
        keepsWeights =
            layer.inputs * layer.outputs <= Self.largestWeights / bytes && tiles >= Self.tilesWorthWeights
        sharesInputs = !keepsWeights || tiles < Self.manyTiles
        if sharesInputs {
            groupTiles = min(256, max(1, Self.largestInputs / (bytes * layer.inputs)))
            blockTiles = keepsWeights ? 64 : groupTiles
            blockOutputs = keepsWeights || layer.outputs >= Self.manyOutputs ? 64 : 32
        } else {
            groupTiles = 96
            blockTiles = groupTiles
            blockOutputs = 64
        }
    }
}
