import Cluster
import ClusterMessages
import DiffusionModels
import RenderPipeline
import Tensors
import Testing

extension FarmTests {
    /// Several tiles in one task.
    struct TileBatchTests {
        /// What a worker was asked for.
        private struct Asked: Sendable {
            let worker: String
            let tile: TileTask
        }

        /// Nine tiles.
        private static func decode(on executor: some Executor) async throws -> Tensor {
            try await executor.decode(try TestModel.shared.latents(40, 33), tiling: .exact(core: 16)) { _ in }
        }

        /// All tasks of a decode, in the order in which they were begun; nobody is to do what others hold.
        private static func tasks(workers: Int, batchWork: Double? = nil) async throws -> [Asked] {
            let asked = Recorded<[Asked]>([])
            let expected = try await decode(on: try TestModel.shared.device())
            try await LoopbackFarm.run {
                $0.policy.hedgePatience = 1e6
                $0.policy.affinityPatience = 1e6
            } _: { farm in
                for worker in (0..<workers).map({ "w\($0)" }) {
                    farm.start(worker) { _, operation, compute in
                        if case .tile(let tile) = operation {
                            asked.change { $0.append(Asked(worker: worker, tile: tile)) }
                        }
                        return try await compute()
                    }
                }
                try await farm.farm.waitForWorkers(workers)
                let executor =
                    if let batchWork { await farm.executor(batchWork: batchWork) } else { await farm.executor() }
                #expect(try await decode(on: executor).hasSameBytes(as: expected))
            }
            return asked.value
        }

        @Test func theFirstAndTheLastTasksHaveOneTileEach() async throws {
            let tasks = try await Self.tasks(workers: 1).map(\.tile)
            for ends in [tasks.filter(\.ledger.isEmpty), tasks.filter(\.finishes)] {
                #expect(ends.map(\.tiles).sorted { $0[0] < $1[0] } == (0..<9).map { [$0] })
            }
        }

        @Test func whatAWorkerHoldsGoesToItAsOneTask() async throws {
            let tasks = try await Self.tasks(workers: 1).map(\.tile).filter { !$0.ledger.isEmpty && !$0.finishes }
            #expect(tasks.count > 10 && tasks.allSatisfy { $0.tiles == Array(0..<9) })
        }

        @Test func workersKeepTheTilesThatTheyBeganWith() async throws {
            let tasks = try await Self.tasks(workers: 2)
            for worker in ["w0", "w1"] {
                let own = tasks.filter { $0.worker == worker }.map(\.tile)
                let begun = own.filter(\.ledger.isEmpty).flatMap(\.tiles).sorted()
                #expect(own.filter { !$0.ledger.isEmpty && !$0.finishes }.allSatisfy { $0.tiles == begun })
            }
        }

        /// Whoever is quick in the first round, which is a small part of a pass, is not given all of it.
        @Test func theFirstRoundDoesNotDecideWhoGetsHowMuch() async throws {
            let begun = Recorded(["w0": 0, "w1": 0])
            try await LoopbackFarm.run {
                $0.policy.hedgePatience = 1e6
                $0.policy.affinityPatience = 1e6
            } _: { farm in
                for worker in ["w0", "w1"] {
                    farm.start(worker) { _, operation, compute in
                        if case .tile(let tile) = operation, tile.ledger.isEmpty {
                            begun.change { $0[worker, default: 0] += tile.tiles.count }
                            if worker == "w1" { try await Task.sleep(for: .milliseconds(50)) }
                        }
                        return try await compute()
                    }
                }
                try await farm.farm.waitForWorkers(2)
                _ = try await Self.decode(on: farm.executor())
            }
            // Those at the lower and the right edge are small, so that halves can be of 3 and 6.
            #expect(begun.value.values.allSatisfy { $0 >= 3 }, "\(begun.value)")
        }

        @Test func aPassOfOneTileIsOneTask() async throws {
            let latents = try TestModel.shared.latents(17, 16)
            let expected = try await TestModel.shared.device().decode(latents, tiling: .exact(core: 32)) { _ in }
            let asked = Recorded<[TileTask]>([])
            try await LoopbackFarm.run { farm in
                farm.start("w") { _, operation, compute in
                    if case .tile(let tile) = operation { asked.change { $0.append(tile) } }
                    return try await compute()
                }
                try await farm.farm.waitForWorkers(1)
                let result = try await farm.executor().decode(latents, tiling: .exact(core: 32)) { _ in }
                #expect(result.hasSameBytes(as: expected))
            }
            #expect(asked.value.map(\.finishes) == [true] && asked.value.allSatisfy(\.ledger.isEmpty))
        }

        /// A decode asks for it only of models without attention.
        @Test func aWorkerComputesWhatADecodeBeginsWith() async throws {
            let model = try TestModel.shared
            let latents = model.latents(9, 16)
            let output = try await model.runner(model.device())
                .run(.part(.decodeBeforeAttention), inputs: [latents]) { _ in }
            let expected = model.diffusion.autoencoder.beforeAttention(.decode, latents, on: CPUBackend(threads: 1))
            #expect(output.tensors.count == 1 && output.tensors[0].hasSameBytes(as: expected))
        }

        @Test func longTasksAreNotJoined() async throws {
            #expect(try await Self.tasks(workers: 1, batchWork: 0).allSatisfy { $0.tile.tiles.count == 1 })
        }
    }
}
