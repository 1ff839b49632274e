import DiffusionModels
import RenderPipeline
import Tensors

/// The tiles of one pass on a farm. A worker that is lost takes nothing along: its tiles begin again elsewhere.
struct FarmTileSession: TileSession {
    private let place: TilePlace.Pass
    private let pass: TiledPass
    private let input: Tensor
    private let tasks: TaskMaker
    private let farm: Farm
    private let job: JobID
    private let batchWork: Double
    /// Bytes that computing on a tile takes.
    private let memory: Int
    /// See ``TiledPass/operations(of:)``, for every tile.
    private let operations: [[Double]]

    init(
        _ place: TilePlace.Pass, _ pass: TiledPass, input: Tensor, tasks: TaskMaker, farm: Farm, job: JobID,
        batchWork: Double
    ) {
        self.place = place
        self.pass = pass
        self.input = input
        self.tasks = tasks
        self.farm = farm
        self.job = job
        self.batchWork = batchWork
        memory = pass.workingMemory
        operations = (0..<pass.grid.count).map(pass.operations)
    }

    /// The dispatcher decides how many run.
    var parallelism: Int { pass.grid.count }

    /// Who gets which tiles is planned for all that is left of the pass, before each of its rounds but the last. What nobody holds goes one by one, so that the
    /// first is computed while the next is on its way; what a worker holds goes as one task where each by itself would be
    /// a short one.
    func batches(of tiles: [Int], ledger: NormalizationLedger) async -> [[Int]] {
        let next = task([tiles[0]], ledger, finishes: false)
        let holders = await farm.place(
            tiles.map { tile($0, ledger) }, rounds: operations[tiles[0]].count - ledger.count, like: next, in: job)
        var batches: [[Int]] = []
        var open: [WorkerID: (batch: Int, work: Double)] = [:]
        for (tile, holder) in zip(tiles, holders) {
            // The coordinator's own device needs no messages.
            guard let holder, !holder.isPlanned, holder.worker != .local else {
                batches.append([tile])
                continue
            }
            let work = operations[tile][ledger.count]
            if let (batch, before) = open[holder.worker], before + work <= batchWork,
                batches[batch].count < tasks.mostTiles
            {
                batches[batch].append(tile)
                open[holder.worker] = (batch, before + work)
            } else {
                open[holder.worker] = (batches.count, work)
                batches.append([tile])
            }
        }
        return batches
    }

    func advance(tiles: [Int], ledger: NormalizationLedger) async throws -> [[GroupMoments]] {
        let moments = try await perform(tiles, ledger, finishes: false).statistics
        guard moments.count == tiles.count else {
            throw ClusterError(.tasksFailed, "tiles came without their statistics")
        }
        return moments
    }

    func finish(tile: Int, ledger: NormalizationLedger) async throws -> Tensor {
        try await perform([tile], ledger, finishes: true).tensors[0]
    }

    /// A tile as the farm plans with it.
    private func tile(_ tile: Int, _ ledger: NormalizationLedger) -> (HeldInput, PlacedPart) {
        let begin = pass.inputRegion(of: tile).area * input.shape[3]
        let end = pass.coreShape(of: tile).reduce(1, *)
        let part = PlacedPart(
            work: operations[tile][ledger.count...].reduce(0, +),
            replayWork: operations[tile][..<ledger.count].reduce(0, +),
            inputBytes: begin * MemoryLayout<Float>.stride, outputBytes: end * MemoryLayout<Float>.stride)
        return (HeldInput(session: place.session, tile: tile), part)
    }

    private func perform(_ tiles: [Int], _ ledger: NormalizationLedger, finishes: Bool) async throws -> TaskOutput {
        try await farm.perform(task(tiles, ledger, finishes: finishes), in: job)
    }

    private func task(_ tiles: [Int], _ ledger: NormalizationLedger, finishes: Bool) -> ClusterTask {
        tasks.tiles(
            place, pass, tiles, ledger: ledger, finishes: finishes, operations: tiles.map { operations[$0] },
            memory: memory, input: input)
    }
}
