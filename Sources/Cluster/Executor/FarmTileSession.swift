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

    init(_ place: TilePlace.Pass, _ pass: TiledPass, input: Tensor, tasks: TaskMaker, farm: Farm, job: JobID) {
        self.place = place
        self.pass = pass
        self.input = input
        self.tasks = tasks
        self.farm = farm
        self.job = job
    }

    /// The dispatcher decides how many run.
    var parallelism: Int { pass.grid.count }

    func advance(tile: Int, ledger: NormalizationLedger) async throws -> [GroupMoments] {
        let task = tasks.tile(place, pass, tile, ledger: ledger, finishes: false, input: input)
        guard let moments = try await farm.perform(task, in: job).statistics else {
            throw ClusterError(.tasksFailed, "a tile came without its statistics")
        }
        return moments
    }

    func finish(tile: Int, ledger: NormalizationLedger) async throws -> Tensor {
        try await farm.perform(tasks.tile(place, pass, tile, ledger: ledger, finishes: true, input: input), in: job)
            .tensors[0]
    }
}
