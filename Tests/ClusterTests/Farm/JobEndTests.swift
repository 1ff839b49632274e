import Cluster
import ClusterMessages
import Tensors
import Testing

extension FarmTests {
    /// Jobs that end early, and workers that go in order.
    struct JobEndTests {
        @Test func aCancelledJobLeavesNothingBehind() async throws {
            let decode = try await SmallDecode()
            let (reached, gate) = (Gate(), Gate())
            try await LoopbackFarm.run { farm in
                let worker = farm.start("w") { task, _, compute in
                    if task == 9 {
                        reached.open()
                        await gate.pass()
                    }
                    return try await compute()
                }
                try await farm.farm.waitForWorkers(1)
                let executor = await farm.executor()
                let cancelled = Task { try await SmallDecode.decode(on: executor) }
                await reached.pass()
                cancelled.cancel()
                await #expect(throws: CancellationError.self) { try await cancelled.value }
                let snapshot = await farm.farm.snapshot
                #expect(snapshot.tasks.isEmpty && snapshot.readyTasks == 0 && snapshot.jobs == 0)
                #expect(snapshot.workers.allSatisfy { $0.attempts.isEmpty })
                gate.open()
                // The next one is not disturbed by what the worker still had.
                #expect(try await decode.isRight(on: farm))
                #expect(worker.shelf.tasks > 9)
                #expect(await farm.farm.statistics.failures == 0)
            }
        }

        @Test func aDrainedWorkerFinishesWhatItRunsAndGetsNothingMore() async throws {
            let decode = try await SmallDecode()
            let (reached, gate) = (Gate(), Gate())
            try await LoopbackFarm.run {
                // Nobody else is to do what it runs.
                $0.policy.hedgeThreshold = 1e6
            } _: { farm in
                farm.start("stays")
                let drained = farm.start("drained") { task, _, compute in
                    if task == 3 {
                        reached.open()
                        await gate.pass()
                    }
                    return try await compute()
                }
                try await farm.farm.waitForWorkers(2)
                async let isRight = decode.isRight(on: farm)
                await reached.pass()
                await drained.node.drain()
                gate.open()
                // It ends by itself.
                try await drained.end.value
                #expect(try await isRight)
                #expect(drained.shelf.tasks == 3)
                #expect(await farm.farm.statistics.failures == 0)
                #expect(await farm.farm.statistics.completed["drained"] == 3)
            }
        }
    }
}
