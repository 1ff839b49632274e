import ArgumentParser
import CommandSupport
import DiffusionModels
import FoundationEssentials
import RenderPipeline
import Tensors

struct BenchAutoencoderCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "autoencoder",
        abstract: "Decode or encode once: time, memory, work, and the error against another run.",
        discussion: """
            Latents are noise, pictures noise in blocks of 16 pixels, the same for the same size. Run once for every line of \
            a table: the peak memory is the process's.
            """)

    enum Direction: String, ExpressibleByArgument, CaseIterable { case decode, encode }

    @Argument(help: "decode or encode.")
    var direction: Direction

    @Option(help: ArgumentHelp("The picture's size, HEIGHTxWIDTH or one number.", valueName: "HxW"))
    var size = "1024"

    @Flag(help: "SDXL's own architecture with random weights instead of a model.")
    var syntheticSdxl = false

    @Option(help: ArgumentHelp("exact, whole or paper.", valueName: "TILING"))
    var vaeTiling: OfficialOptions.VAETiling = .exact

    @Option(help: ArgumentHelp("Longest edge of exact tiles in latent cells.", valueName: "N"))
    var tileCore = RenderRequest.standardTileCore

    @Option(help: ArgumentHelp("Write the result to a safetensors file.", valueName: "FILE"))
    var output: String?

    @Option(help: ArgumentHelp("Compare the result with that of another run.", valueName: "FILE"))
    var reference: String?

    @Flag(help: "Print the result as JSON.")
    var json = false

    @OptionGroup(title: "Model") var source: ModelOptions
    @OptionGroup(title: "Device") var compute: ComputeOptions
    @OptionGroup(title: "Memory") var memory: MemoryOptions

    private struct Result: Encodable {
        var direction: String
        var height: Int
        var width: Int
        var tiling: String
        var tiles: Int
        var seconds: Double
        /// Of all threads.
        var processorSeconds: Double
        /// Multiplications and additions, and as a multiple of those of the whole picture.
        var operations: Double
        var workOfWhole: Double
        var peakMemoryBytes: Int
        var peakTensorBytes: Int
        /// What `--plan` would say: the least, and with every tile in memory.
        var estimatedLeastBytes: Int
        var estimatedComfortableBytes: Int
        var weightBytes: Int
        /// The largest difference from the reference, as a share of the reference's largest value.
        var largestError: Float?
        /// The root of the mean square of the difference, as a share of that of the reference.
        var meanError: Float?
    }

    func run() async throws {
        try await Failure.reporting {
            let result = try await measure()
            if json {
                try Console.result(json: result)
            } else {
                try Console.result(text(result))
            }
        }
    }

    private func measure() async throws -> Result {
        guard let extent = Extent(option: size) else {
            throw RequestError(option: "--size", problem: "'\(size)' is not a size", remedy: "write 2048x1024 or 2048")
        }
        let autoencoder =
            syntheticSdxl ? try Autoencoder.synthetic(AutoencoderConfiguration()) : try source.load().autoencoder
        let factor = autoencoder.configuration.factor
        guard extent.height.isMultiple(of: factor), extent.width.isMultiple(of: factor), extent.area > 0 else {
            throw RequestError(option: "--size", problem: "\(extent) is no multiple of \(factor)", remedy: "use one")
        }
        let weights = TensorMemory.bytes
        let runner = LocalAutoencoder(
            autoencoder, backend: compute.makeBackend(), memory: memory.budget(threads: compute.threadCount))
        let input = input(extent, factor: factor)
        TensorMemory.resetPeak()
        let processor = HostUsage.processorSeconds
        let start = ContinuousClock.now
        let (result, cost) = try await compute(autoencoder, runner, input, extent)
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        let processorSeconds = HostUsage.processorSeconds - processor
        let peak = HostUsage.peakMemory
        let tensors = TensorMemory.peakBytes
        if let output { try SafetensorsWriter.write([("result", result)], to: output) }
        let errors = try reference.map { try Self.errors(of: result, against: $0) }
        return Result(
            direction: direction.rawValue, height: extent.height, width: extent.width, tiling: vaeTiling.rawValue,
            tiles: cost.tiles, seconds: seconds, processorSeconds: processorSeconds,
            operations: cost.operations,
            workOfWhole: cost.operations / cost.wholeOperations, peakMemoryBytes: peak,
            peakTensorBytes: tensors - weights, estimatedLeastBytes: cost.leastMemory,
            estimatedComfortableBytes: cost.leastMemory + cost.waitingMemory, weightBytes: weights,
            largestError: errors?.largest,
            meanError: errors?.mean)
    }

    private func compute(
        _ autoencoder: Autoencoder, _ runner: LocalAutoencoder, _ input: Tensor, _ size: Extent
    ) async throws -> (Tensor, AutoencoderCost) {
        let factor = autoencoder.configuration.factor
        let (height, width) = (size.height / factor, size.width / factor)
        let core = vaeTiling == .whole ? nil : tileCore
        switch (direction, vaeTiling) {
        case (.decode, .paper):
            let tiling = DecodeTiling(sampleSize: autoencoder.configuration.sampleSize / factor)
            return (
                try await runner.decode(input, tiling: .approximate(tiling)),
                autoencoder.decodeCost(height: height, width: width, tiling: tiling)
            )
        case (.encode, .paper):
            let tiling = EncodeTiling(tile: autoencoder.configuration.sampleSize)
            return (
                try await runner.encode(input, tiling: .approximate(tiling)),
                autoencoder.encodeCost(height: height, width: width, tiling: tiling)
            )
        case (.decode, _):
            return (
                try await runner.decode(input, tiling: .exact(core: core)),
                autoencoder.decodeCost(height: height, width: width, core: core)
            )
        case (.encode, _):
            return (
                try await runner.encode(input, tiling: .exact(core: core)),
                autoencoder.encodeCost(height: height, width: width, core: core)
            )
        }
    }

    /// Noise whose upper half has another mean than the lower: tiles have to agree on the statistics.
    private func input(_ size: Extent, factor: Int) -> Tensor {
        var generator = TorchGenerator(seed: 1)
        let (cell, channels) = direction == .decode ? (factor, 4) : (16, 3)
        let cells = Extent(height: (size.height + cell - 1) / cell, width: (size.width + cell - 1) / cell)
        var noise = generator.randn(shape: [1, cells.height, cells.width, channels])
        noise.withMutableSpan { elements in
            for index in 0..<elements.count / 2 { elements[index] = 0.5 * elements[index] + 0.5 }
        }
        guard direction == .encode else { return noise }
        let blocks = compute.makeBackend().resizeNearest(noise, height: cells.height * cell, width: cells.width * cell)
        return CPUBackend(threads: 1).clamp(
            blocks.cropped(top: 0, left: 0, height: size.height, width: size.width), to: -1...1)
    }

    private static func errors(of result: Tensor, against path: String) throws -> (largest: Float, mean: Float) {
        let reference = try SafetensorsFile(path: path).tensor("result")
        guard reference.shape == result.shape else {
            throw RequestError(
                option: "--reference", problem: "\(path) has the shape \(reference.shape), not \(result.shape)",
                remedy: "compare runs of the same size and direction")
        }
        var largest: (difference: Float, value: Float) = (0, 0)
        var squares = (difference: 0.0, value: 0.0)
        result.withSpan { ours in
            reference.withSpan { theirs in
                for index in ours.indices {
                    let difference = ours[index] - theirs[index]
                    largest = (max(largest.difference, abs(difference)), max(largest.value, abs(theirs[index])))
                    squares.difference += Double(difference * difference)
                    squares.value += Double(theirs[index] * theirs[index])
                }
            }
        }
        return (largest.difference / largest.value, Float((squares.difference / squares.value).squareRoot()))
    }

    private func text(_ result: Result) -> String {
        var line =
            "\(result.direction) \(result.height)x\(result.width), \(result.tiling), \(result.tiles) tiles: "
            + "\(ProgressReporter.duration(result.seconds)), work \((result.workOfWhole * 100).rounded() / 100) of the "
            + "whole, \(Int(result.operations / result.seconds / 1e9)) GFLOP/s, peak "
            + "\(ResourcePlan.text(result.peakMemoryBytes)), of that tensors \(ResourcePlan.text(result.peakTensorBytes))"
            + " and weights \(ResourcePlan.text(result.weightBytes))"
        if let largest = result.largestError, let mean = result.meanError {
            line += ", largest error \(largest) of the largest value, mean \(mean)"
        }
        return line
    }
}
