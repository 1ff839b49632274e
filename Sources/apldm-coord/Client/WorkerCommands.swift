import ArgumentParser
import CoordinatorClient

struct WorkersCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "workers", abstract: "List who computes for a running coordinator.")

    @OptionGroup(title: "Coordinator") var client: ClientOptions

    func run() async throws {
        try await client.asking { coordinator in
            try client.print(try await coordinator.workers()) { workers in
                workers.isEmpty ? "nobody computes" : workers.map(\.line).joined(separator: "\n")
            }
        }
    }
}

struct DrainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drain", abstract: "Let a worker finish what it has and take nothing more.",
        discussion: """
            It stays connected, and drained when it comes back under its name or the coordinator is started again, until \
            'undrain'.
            """)

    @Argument(help: "The worker's name.") var worker: String
    @OptionGroup(title: "Coordinator") var client: ClientOptions

    func run() async throws {
        try await client.asking { coordinator in
            try client.print(try await coordinator.setDrained(worker, true), \.line)
        }
    }
}

struct UndrainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "undrain", abstract: "Let a worker take tasks again that was drained, or set aside after failures."
    )

    @Argument(help: "The worker's name.") var worker: String
    @OptionGroup(title: "Coordinator") var client: ClientOptions

    func run() async throws {
        try await client.asking { coordinator in
            try client.print(try await coordinator.setDrained(worker, false), \.line)
        }
    }
}
