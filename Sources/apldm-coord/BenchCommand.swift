import ArgumentParser

struct BenchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench", abstract: "Measure parts of a render on this host.",
        discussion: "One measurement a call: the peak memory is the process's.",
        subcommands: [BenchAutoencoderCommand.self, BenchUNetCommand.self])
}
