import Cluster
import ClusterMessages
import Tensors
import Testing

extension FarmTests {
    /// Jobs that do not go on.
    struct StallWatchTests {
        @Test func aJobThatNobodyCanTakeIsGivenUpAndOthersGoOn() async throws {
            let decode = try await SmallDecode()
            try await LoopbackFarm.run { farm in
                try await farm.startWorkers(1)
                let watch = StallWatch(
                    farm: farm.farm, expectsWorkers: true, obstructionLimit: .milliseconds(100),
                    interval: .milliseconds(20), log: LoopbackFarm.silent)
                let watching = Task { try await watch.run() }
                defer { watching.cancel() }
                let numerics = NumericsClass("of no worker")
                let job = await farm.farm.beginJob(numericsClass: numerics)
                let task = ClusterTask(
                    .upsample(to: PixelSize(height: 8, width: 8)), model: TestModel.digest,
                    inputs: [.inline(Tensor(shape: [1, 4, 4, 3]))], outputShapes: [[1, 8, 8, 3]], work: 1, sizes: [8])
                async let isRight = decode.isRight(on: farm)
                let error = await #expect(throws: ClusterError.self) {
                    _ = try await farm.farm.perform(task, in: job)
                }
                #expect(error?.kind == .tasksFailed && error?.problem.contains("w0") == true)
                #expect(try await isRight)
            }
        }
    }
}
