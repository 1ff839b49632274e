package import DiffusionModels
package import Tensors

/// The finished tiles of one pass of the autoencoder, among a render's checkpoints.
package actor TileCheckpoints: TileJournal {
    private let pass: Checkpoint.Place.Pass
    private let checkpoints: RenderCheckpoints
    /// Finished tiles that no file holds yet, and what they were made with.
    private var waiting: [Int: Tensor] = [:]
    private var ledgerOfWaiting = NormalizationLedger()
    /// What an earlier run has left.
    private var files: [SafetensorsFile]?

    init(_ pass: Checkpoint.Place.Pass, of checkpoints: RenderCheckpoints) {
        self.pass = pass
        self.checkpoints = checkpoints
    }

    /// See ``TileJournal/ledger``.
    package var ledger: NormalizationLedger {
        get async { await earlier.lazy.compactMap(\.ledger).last ?? NormalizationLedger() }
    }

    /// See ``TileJournal/core(of:)``.
    package func core(of tile: Int) async -> Tensor? {
        let name = CheckpointFolder.Contents.name(ofTile: tile)
        return await earlier.lazy.compactMap { $0.checkpointTensor(name) }.first
    }

    /// See ``TileJournal/finished(tile:_:with:)``.
    package func finished(tile: Int, _ core: Tensor, with ledger: NormalizationLedger) async {
        waiting[tile] = core
        ledgerOfWaiting = ledger
        if await checkpoints.isDue { await stopped() }
    }

    /// See ``TileJournal/stopped()``.
    package func stopped() async {
        guard !waiting.isEmpty else { return }
        let tiles = waiting
        waiting = [:]
        await checkpoints.keep(pass, tiles, ledgerOfWaiting)
    }

    private var earlier: [SafetensorsFile] {
        get async {
            if let files { return files }
            let found = await checkpoints.files(pass)
            files = found
            return found
        }
    }
}
