import ArgumentParser
import CommandSupport
import CoordinatorClient

struct JobsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "jobs", abstract: "List the jobs of a running coordinator, the latest first.")

    @Option(help: ArgumentHelp("Only those of this owner.", valueName: "NAME")) var owner: String?
    @Option(
        help: ArgumentHelp(
            "Only those in this state: queued, running, paused, finished, failed or cancelled.", valueName: "STATE"))
    var state: String?
    @Option(help: ArgumentHelp("So many at most, 1 to 1000.", valueName: "N")) var limit = 20
    @OptionGroup(title: "Coordinator") var client: ClientOptions

    func validate() throws {
        guard (1...1000).contains(limit) else {
            throw ValidationError("--limit: \(limit) is out of range; use 1 to 1000")
        }
    }

    func run() async throws {
        try await client.asking { coordinator in
            try client.print(try await coordinator.jobs(owner: owner, state: state, limit: limit)) { page in
                let counts = page.counts.sorted { $0.key < $1.key }.filter { $0.value > 0 }
                let summary = counts.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
                return (page.jobs.map(\.line) + [summary.isEmpty ? "no jobs" : summary]).joined(separator: "\n")
            }
        }
    }
}

struct ShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "show", abstract: "Show a job.")

    @Argument(help: "The job's number.") var job: UInt64
    @OptionGroup(title: "Coordinator") var client: ClientOptions

    func run() async throws {
        try await client.asking { coordinator in try client.print(try await coordinator.job(job), \.line) }
    }
}

struct CancelCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel", abstract: "Cancel jobs that are wanted no more.")

    @Argument(help: "The jobs' numbers.") var jobs: [UInt64]
    @OptionGroup(title: "Coordinator") var client: ClientOptions

    func run() async throws {
        try await client.asking { coordinator in
            for job in jobs { try client.print(try await coordinator.cancel(job), \.line) }
        }
    }
}

struct WatchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch", abstract: "Show what happens to a job until it has ended.",
        discussion: "With --json, an object a line for everything that happens. Exits with 70 when the job fails.")

    @Argument(help: "The job's number.") var job: UInt64
    @OptionGroup(title: "Coordinator") var client: ClientOptions

    func run() async throws {
        try await client.asking { coordinator in
            try await JobWatch(coordinator: coordinator, json: client.json).wait(for: job)
        }
    }
}

struct FetchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fetch", abstract: "Write the picture of a finished job to a file.")

    @Argument(help: "The job's number.") var job: UInt64
    @Option(name: .shortAndLong, help: ArgumentHelp("Where it goes (default: JOB.png).", valueName: "FILE"))
    var output: String?
    @OptionGroup(title: "Coordinator") var client: ClientOptions

    func run() async throws {
        try await client.asking { coordinator in
            let path = output ?? "\(job).png"
            try PictureDownload.write(try await coordinator.picture(job), to: path)
            try client.print(["file": path]) { _ in path }
        }
    }
}
