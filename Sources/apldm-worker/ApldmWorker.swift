import ArgumentParser

@main
struct ApldmWorker: AsyncParsableCommand {
    static let version = "0.1.0"

    static let configuration = CommandConfiguration(
        commandName: "apldm-worker", abstract: "Computes for an apldm coordinator.",
        discussion: """
            Without a command it works: 'apldm-worker --coordinator HOST:PORT' is 'apldm-worker work --coordinator \
            HOST:PORT'; 'apldm-worker help work' lists the options of that.
            """,
        version: version, subcommands: [WorkCommand.self, BenchCommand.self], defaultSubcommand: WorkCommand.self)
}
