import DiffusionModels
import Tensors

/// The tiles of one pass on this host.
actor LocalTileSession: TileSession {
    private var workshop: TileWorkshop
    private let thread: ComputeThread

    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }
    nonisolated var parallelism: Int { 1 }

    init(_ workshop: TileWorkshop, thread: ComputeThread) {
        self.workshop = workshop
        self.thread = thread
    }

    func advance(tiles: [Int], ledger: NormalizationLedger) -> [[GroupMoments]] {
        tiles.map { workshop.advance(tile: $0, ledger: ledger) }
    }

    func finish(tile: Int, ledger: NormalizationLedger) -> Tensor { workshop.finish(tile: tile, ledger: ledger) }
}
