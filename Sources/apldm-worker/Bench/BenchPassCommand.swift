import ArgumentParser
import Benchmarks
import CommandSupport
import DiffusionModels
import FoundationEssentials
import RenderPipeline
import Tensors

struct BenchPassCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pass", abstract: "Time one pass of a part of a model on given inputs, and write its result.",
        discussion: """
            For comparing with other programs. Inputs are a safetensors file, channels last: for unet 'latents', \
            'timestep', 'context' and, for SDXL, 'pooled' and 'time_ids'; for decode 'latents', already divided by the \
            scaling factor; for encode 'picture', in -1 to 1. The result is the tensor 'result'. A pass of the UNet is one \
            as in every step of a picture but the first: the keys and values of the text are there already. Every pass \
            leaves its memory to the next, as the passes of a picture do.
            """)

    enum Part: String, ExpressibleByArgument, CaseIterable { case unet, decode, encode }

    @Argument(help: "unet, decode or encode.")
    var part: Part

    @Option(help: ArgumentHelp("The part's folder, with its config.json and weights.", valueName: "DIR"))
    var folder: String

    @Option(help: ArgumentHelp("Which of several stored precisions to read.", valueName: "NAME"))
    var variant: String?

    @Option(help: ArgumentHelp("The inputs.", valueName: "FILE"))
    var input: String

    @Option(help: ArgumentHelp("Where the result goes.", valueName: "FILE"))
    var output: String?

    @Option(help: ArgumentHelp("Passes; where there are several, the first is not counted.", valueName: "N"))
    var runs = 1

    @OptionGroup(title: "Device") var compute: ComputeOptions

    private struct Report: Encodable {
        var part: String
        var compute: ComputeReport
        /// Of every counted pass.
        var seconds: [Double]
        var processorSeconds: [Double]
        /// Multiplications and additions of a pass.
        var operations: Double
        var peakMemoryBytes: Int
        var peakTensorBytes: Int
    }

    func validate() throws {
        guard (1...1000).contains(runs) else { throw ValidationError("--runs: use 1 to 1000") }
    }

    func run() async throws {
        try await WorkerFailure.reporting {
            let backend = compute.makeBackend()
            let (operations, prepare) = try load()
            let compute = prepare(backend)
            var report = Report(
                part: part.rawValue, compute: ComputeReport(backend), seconds: [], processorSeconds: [],
                operations: operations, peakMemoryBytes: 0, peakTensorBytes: 0)
            try TensorMemory.reusing {
                for index in 0..<runs {
                    let processor = HostUsage.processorSeconds
                    let start = ContinuousClock.now
                    let result = compute()
                    let seconds = (ContinuousClock.now - start) / .seconds(1)
                    if index > 0 || runs == 1 {
                        report.seconds.append(seconds)
                        report.processorSeconds.append(HostUsage.processorSeconds - processor)
                    }
                    if index == 0, let output { try SafetensorsWriter.write([("result", result)], to: output) }
                }
            }
            report.peakMemoryBytes = HostUsage.peakMemory
            report.peakTensorBytes = TensorMemory.peakBytes
            try Console.result(json: report)
        }
    }

    /// How much a pass computes, and what: prepared, then computed as often as is asked.
    private func load() throws -> (operations: Double, prepare: (CPUBackend) -> () -> Tensor) {
        switch part {
        case .unet:
            let unet = try UNet.load(folder: folder, variant: variant).network
            let inputs = try UNetInputs(path: input)
            return (
                inputs.operations(of: unet),
                { backend in
                    let conditioning = inputs.conditioning(of: unet, on: backend)
                    return { inputs.predict(unet, conditioning, on: backend) }
                }
            )
        case .decode:
            let autoencoder = try Autoencoder.load(folder: folder, variant: variant).network
            let latents = try SafetensorsFile(path: input).tensor("latents")
            let cost = autoencoder.decodeCost(height: latents.shape[1], width: latents.shape[2], core: nil)
            return (cost.operations, { backend in { autoencoder.decode(latents, on: backend) } })
        case .encode:
            let autoencoder = try Autoencoder.load(folder: folder, variant: variant).network
            let picture = try SafetensorsFile(path: input).tensor("picture")
            let factor = autoencoder.configuration.factor
            let cost = autoencoder.encodeCost(
                height: picture.shape[1] / factor, width: picture.shape[2] / factor, core: nil)
            return (cost.operations, { backend in { autoencoder.posterior(of: picture, on: backend).mean } })
        }
    }
}
