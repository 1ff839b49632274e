public import Tensors

/// Remembers the tiles of a pass that have come to their end, so that another run of it computes the others alone.
///
/// What it gives back is exactly what it was given; nothing of it is needed for the right result. Tiles on their way are
/// not remembered: what they hold is many times the result, and the statistics alone spare no tile its way.
public protocol TileJournal: Sendable {
    /// The statistics of all normalisations, as an earlier run has found them; empty when it finished no tile.
    var ledger: NormalizationLedger { get async }

    /// The result of a tile that an earlier run has finished; nil when it did not.
    func core(of tile: Int) async -> Tensor?

    /// A tile has come to its end with the statistics of all normalisations.
    func finished(tile: Int, _ core: Tensor, with ledger: NormalizationLedger) async

    /// The pass is broken off.
    func stopped() async
}
