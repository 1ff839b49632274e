import ArgumentParser
import Benchmarks
import CommandSupport

struct BenchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench", abstract: "Measure what this host computes.",
        discussion: """
            Examples:
              apldm-worker bench
              apldm-worker bench table --threads 1 --only linear --only attention
              apldm-worker bench pass unet --folder MODEL/unet --input inputs.safetensors --output result.safetensors
            """,
        subcommands: [BenchTableCommand.self, BenchPassCommand.self], defaultSubcommand: BenchTableCommand.self)
}
