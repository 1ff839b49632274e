import DiffusionModels
import Tensors
import Testing

/// Tiles on several workers, some of which are lost.
@Suite struct LostTileTests {
    private static let tests = [
        TiledCase(direction: .decode, height: 30, width: 22, core: 11),
        TiledCase(direction: .encode, height: 30, width: 22, core: 11),
    ]

    /// Hands each tile to one of several workers; one of them forgets everything at some normalisation.
    private actor Workers: TileSession {
        nonisolated let parallelism: Int
        private let pass: TiledPass
        private let input: Tensor
        private var sessions: [WorkshopSession]
        private let lost: (worker: Int, barrier: Int)?

        init(_ pass: TiledPass, input: Tensor, count: Int, lost: (worker: Int, barrier: Int)? = nil) {
            self.pass = pass
            self.input = input
            self.lost = lost
            parallelism = count
            sessions = (0..<count).map { _ in WorkshopSession(pass, input: input) }
        }

        private func session(_ tile: Int, _ ledger: NormalizationLedger) -> WorkshopSession {
            let worker = tile % sessions.count
            if let lost, lost.worker == worker, lost.barrier == ledger.count {
                sessions[worker] = WorkshopSession(pass, input: input)
            }
            return sessions[worker]
        }

        /// Sometimes each tile by itself, sometimes all that a worker has.
        func batches(of tiles: [Int], ledger: NormalizationLedger) -> [[Int]] {
            guard ledger.count.isMultiple(of: 2) else { return tiles.map { [$0] } }
            return sessions.indices.map { worker in tiles.filter { $0 % sessions.count == worker } }.filter {
                !$0.isEmpty
            }
        }

        func advance(tiles: [Int], ledger: NormalizationLedger) async -> [[GroupMoments]] {
            await session(tiles[0], ledger).advance(tiles: tiles, ledger: ledger)
        }

        func finish(tile: Int, ledger: NormalizationLedger) async -> Tensor {
            await session(tile, ledger).finish(tile: tile, ledger: ledger)
        }
    }

    @Test("One worker, two, three, more than there are tiles: the same bytes", arguments: tests, [1, 2, 3, 9])
    func anyNumber(_ test: TiledCase, workers: Int) async throws {
        let input = test.input
        let pass = test.pass(core: test.core)
        let expected = try await WorkshopSession(pass, input: input).run(pass)
        #expect(try await Workers(pass, input: input, count: workers).run(pass).values == expected.values)
    }

    @Test("A worker lost at any normalisation, or before the pixels: the same bytes", arguments: tests)
    func lostAtEveryBarrier(_ test: TiledCase) async throws {
        let input = test.input
        let pass = test.pass(core: test.core)
        let expected = try await WorkshopSession(pass, input: input).run(pass)
        for barrier in 0...pass.barriers {
            let workers = Workers(pass, input: input, count: 3, lost: (worker: barrier % 3, barrier: barrier))
            #expect(try await workers.run(pass).values == expected.values, "lost at \(barrier)")
        }
    }

    @Test("A tile asked for twice at one normalisation answers the same")
    func repeatedQuestion() {
        let test = Self.tests[0]
        let pass = test.pass(core: test.core)
        var workshop = TileWorkshop(
            pass, input: test.input, parking: TileParking(memory: .max, scratch: nil), on: TiledCase.backend)
        var ledger = NormalizationLedger()
        for _ in 0..<3 {
            let cores = (0..<pass.grid.count).map { workshop.advance(tile: $0, ledger: ledger) }
            #expect(cores == (0..<pass.grid.count).map { workshop.advance(tile: $0, ledger: ledger) })
            ledger.append(merging: cores)
        }
    }

    @Test("Cancelling a pass ends it")
    func cancelling() async throws {
        let test = Self.tests[0]
        let pass = test.pass(core: test.core)
        let session = WorkshopSession(pass, input: test.input)
        let task = Task {
            try await session.run(pass) { _ in withUnsafeCurrentTask { $0?.cancel() } }
        }
        await #expect(throws: CancellationError.self) { try await task.value }
    }
}
