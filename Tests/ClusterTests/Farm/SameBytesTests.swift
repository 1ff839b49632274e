import Cluster
import DiffusionModels
import RenderPipeline
import Tensors
import Testing

extension FarmTests {
    /// Every operation on a farm of real sockets, against the one device.
    struct SameBytesTests {
        /// How many workers, and whether the coordinator computes as well.
        struct Shape: Sendable, CustomTestStringConvertible {
            let workers: Int
            let hasDevice: Bool
            var testDescription: String { "\(workers) workers" + (hasDevice ? " and the own device" : "") }

            static let all = [1, 2, 3, 5].flatMap { workers in
                [false, true].map { Shape(workers: workers, hasDevice: $0) }
            }
        }

        private static func isSame(
            _ shape: Shape, _ operation: @Sendable (any Executor) async throws -> [Tensor]
        ) async throws -> Bool {
            let expected = try await operation(try TestModel.shared.device())
            return try await LoopbackFarm.run {
                $0.hasDevice = shape.hasDevice
            } _: { farm in
                try await farm.startWorkers(shape.workers)
                let result = try await operation(await farm.executor())
                if !shape.hasDevice {
                    let completed = await farm.farm.statistics.completed
                    #expect(completed.keys.allSatisfy { $0.hasPrefix("w") } && !completed.isEmpty)
                }
                return result.count == expected.count && zip(result, expected).allSatisfy { $0.hasSameBytes(as: $1) }
            }
        }

        @Test(arguments: Shape.all)
        func aDecodeInTilesHasTheSameBytes(shape: Shape) async throws {
            let latents = try TestModel.shared.latents(40, 33)
            #expect(
                try await Self.isSame(shape) {
                    [try await $0.decode(latents, tiling: .exact(core: 16)) { _ in }]
                })
        }

        @Test(arguments: Shape.all)
        func anEncodeInTilesHasTheSameBytes(shape: Shape) async throws {
            let picture = try TestModel.shared.picture(264, 256)
            #expect(
                try await Self.isSame(shape) {
                    [try await $0.encode(picture, tiling: .exact(core: 16)) { _ in }]
                })
        }

        @Test(arguments: Shape.all)
        func aDecodeInOneTileHasTheSameBytes(shape: Shape) async throws {
            let latents = try TestModel.shared.latents(17, 16)
            #expect(
                try await Self.isSame(shape) { [try await $0.decode(latents, tiling: .exact(core: nil)) { _ in }] })
        }

        @Test(arguments: Shape.all, [NegativePrompt.unused, .absent, .text("blurred")])
        func promptsAndPredictionsHaveTheSameBytes(shape: Shape, negative: NegativePrompt) async throws {
            let latents = try TestModel.shared.latents(16, 24)
            #expect(
                try await Self.isSame(shape) { executor in
                    let branches = try await executor.encodePrompt("a lighthouse at the sea", negative: negative)
                    // Twice: the second time workers hold the text.
                    var predictions: [Tensor] = []
                    for timestep in [801.0, 401.0] {
                        predictions += try await executor.predictNoise(
                            latents, timestep: timestep, branches: branches, size: Extent(height: 128, width: 192))
                    }
                    return branches.flatMap { [$0.context] + ($0.pooled.map { [$0] } ?? []) } + predictions
                })
        }

        @Test(arguments: Shape.all, [NegativePrompt.unused, .absent])
        func predictionsInWindowsHaveTheSameBytes(shape: Shape, negative: NegativePrompt) async throws {
            let latents = try TestModel.shared.latents(21, 34)
            let windows = LatentWindows(Extent(height: 21, width: 34), edge: 16, overlap: 4)
            #expect(windows.count == 6)
            #expect(
                try await Self.isSame(shape) { executor in
                    let branches = try await executor.encodePrompt("a lighthouse at the sea", negative: negative)
                    return try await executor.predictNoise(
                        latents, windows: windows, timestep: 401, branches: branches,
                        size: Extent(height: 168, width: 272)
                    ) { _ in }
                })
        }

        @Test(arguments: Shape.all)
        func selfAttentionAndResizingHaveTheSameBytes(shape: Shape) async throws {
            let (latents, picture) = (try TestModel.shared.latents(32, 32), try TestModel.shared.picture(96, 128))
            #expect(
                try await Self.isSame(shape) {
                    [
                        try await $0.selfAttend(latents, temperature: 2, calibration: .meanAndVariance(alpha: 0.5)),
                        try await $0.resize(picture, to: Extent(height: 200, width: 257)),
                    ]
                })
        }

        @Test func whatTakesLongerToSendIsComputedByTheHead() async throws {
            let (latents, picture) = (try TestModel.shared.latents(32, 32), try TestModel.shared.picture(96, 128))
            let size = Extent(height: 200, width: 257)
            let device = try TestModel.shared.device()
            let expected = [
                await device.selfAttend(latents, temperature: 2, calibration: .none),
                await device.resize(picture, to: size),
            ]
            try await LoopbackFarm.run { farm in
                try await farm.startWorkers(1)
                let executor = await farm.executor(leastWork: 1e9)
                let attended = try await executor.selfAttend(latents, temperature: 2, calibration: .none)
                #expect(attended.hasSameBytes(as: expected[0]))
                #expect(try await executor.resize(picture, to: size).hasSameBytes(as: expected[1]))
                #expect(await farm.farm.statistics.attempts == 0)
            }
        }
    }
}
