import ArgumentParser
import CommandSupport
import DiffusionModels
import FoundationEssentials
import RenderPipeline
import Tensors

struct BenchUNetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "unet", abstract: "Predict the noise of random latents: time, memory and work.")

    @Option(help: ArgumentHelp("The picture's size, HEIGHTxWIDTH or one number.", valueName: "HxW"))
    var size = "512"

    @Option(help: ArgumentHelp("Predictions for each pass: 2 with classifier-free guidance.", valueName: "N"))
    var branches = 2

    @Option(help: ArgumentHelp("Passes, the first of which is not counted.", valueName: "N"))
    var passes = 3

    @Flag(help: "Print the result as JSON.")
    var json = false

    @OptionGroup(title: "Model") var source: ModelOptions
    @OptionGroup(title: "Device") var compute: ComputeOptions
    @OptionGroup(title: "Memory") var memory: MemoryOptions

    private struct Result: Encodable {
        var height: Int
        var width: Int
        var branches: Int
        /// The median of the passes.
        var seconds: Double
        /// Multiplications and additions of a pass.
        var operations: Double
        var peakMemoryBytes: Int
        var peakTensorBytes: Int
        /// What `--plan` would say, for all branches at a time.
        var estimatedBytes: Int
    }

    func validate() throws {
        guard (1...2).contains(branches) else { throw ValidationError("--branches: use 1 or 2") }
        guard (1...1000).contains(passes) else { throw ValidationError("--passes: use 1 to 1000") }
    }

    func run() async throws {
        try await Failure.reporting {
            let result = try await measure()
            guard json else {
                return try Console.result(
                    "\(result.height)x\(result.width), \(branches) branches: \(ProgressReporter.duration(result.seconds)), "
                        + "\(Int(result.operations / result.seconds / 1e9)) GFLOP/s, peak "
                        + "\(ResourcePlan.text(result.peakMemoryBytes)), of that tensors beside the weights "
                        + ResourcePlan.text(result.peakTensorBytes))
            }
            try Console.result(json: result)
        }
    }

    private func measure() async throws -> Result {
        let model = try source.load()
        let factor = model.autoencoder.configuration.factor
        guard let extent = Extent(option: size), extent.height >= factor, extent.width >= factor else {
            throw RequestError(option: "--size", problem: "'\(size)' is not a size", remedy: "write 2048x1024 or 2048")
        }
        let executor = LocalExecutor(
            model: model, backend: compute.makeBackend(), memory: memory.budget(threads: compute.threadCount))
        let encoded = await executor.encodePrompt("", negative: branches == 2 ? .text("") : .unused)
        var generator = TorchGenerator(seed: 1)
        let (height, width) = (extent.height / factor, extent.width / factor)
        let latents = generator.randn(shape: [1, height, width, model.autoencoder.configuration.latentChannels])
        let before = TensorMemory.bytes
        TensorMemory.resetPeak()
        var times: [Double] = []
        for _ in 0..<passes {
            let start = ContinuousClock.now
            _ = await executor.predictNoise(latents, timestep: 500, branches: encoded, size: extent)
            times.append((ContinuousClock.now - start) / .seconds(1))
        }
        let cost = model.unet.configuration.cost(height: height, width: width)
        let counted = times.dropFirst(times.count > 1 ? 1 : 0).sorted()
        return Result(
            height: height * factor, width: width * factor, branches: branches, seconds: counted[counted.count / 2],
            operations: Double(branches) * cost.operations, peakMemoryBytes: HostUsage.peakMemory,
            peakTensorBytes: TensorMemory.peakBytes - before, estimatedBytes: branches * cost.memory)
    }
}
