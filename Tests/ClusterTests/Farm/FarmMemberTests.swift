import Cluster
import ClusterMessages
import Testing

extension FarmTests {
    /// What is told of those who compute.
    struct FarmMemberTests {
        @Test func whoHasWhichTileIsToldWithTheNameOfItsPicture() async throws {
            let (reached, gate) = (Gate(), Gate())
            try await LoopbackFarm.run {
                // Nobody else is to do what it runs.
                $0.policy.hedgeThreshold = 1e6
            } _: { farm in
                farm.start("w") { _, operation, compute in
                    if case .tile = operation {
                        reached.open()
                        await gate.pass()
                    }
                    return try await compute()
                }
                try await farm.farm.waitForWorkers(1)
                let executor = await farm.executor(label: 7)
                let decoding = Task { try await SmallDecode.decode(on: executor) }
                await reached.pass()
                let member = try #require(await farm.farm.members.first { $0.name == "w" })
                let first = try #require(member.current.first)
                #expect(first.label == 7 && first.operation == .decodeTile)
                let places = [0, 1].map { TaskPosition($0, of: 2, columns: 2) }
                #expect(first.position.map(places.contains) == true)
                #expect(member.current.count == min(member.tasks, 8))
                gate.open()
                _ = try await decoding.value
                #expect(await farm.farm.members.allSatisfy { $0.current.isEmpty })
            }
        }
    }
}
