import ArgumentParser
import Cluster
import CommandSupport
import Foundation
import LoadTesting
import Logging

@main
struct ApldmLoad: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "apldm-load",
        abstract: "Tests a coordinator under load: everything is real but the computing.",
        discussion: """
            Examples:
              apldm-load run cluster/scenarios/many-jobs.json
              apldm-load run cluster/scenarios/lost-workers.json --json
              apldm-load jobs --url http://127.0.0.1:7421 --count 200

            Exit codes: 0 all jobs ended with their results; 1 some did not; 64 the command line cannot be carried out; 65 \
            the scenario is broken; 66 it is missing; 69 the \
            coordinator cannot be reached.
            """,
        subcommands: [Run.self, Workers.self, Jobs.self, Compression.self])
}

/// Reads scenarios.
private enum ScenarioFile {
    static func read(_ path: String) throws -> LoadScenario {
        guard let data = FileManager.default.contents(atPath: path), data.count <= 1 << 20 else {
            Console.error("error: \(path): no scenario can be read there")
            throw ExitCode(66)
        }
        do {
            return try JSONDecoder().decode(LoadScenario.self, from: data)
        } catch let error as DecodingError {
            Console.error("error: \(path): \(describe(error))")
            throw ExitCode(65)
        }
    }

    private static func describe(_ error: DecodingError) -> String {
        func place(_ context: DecodingError.Context) -> String {
            context.codingPath.map(\.stringValue).joined(separator: ".")
        }
        return switch error {
        case .keyNotFound(let key, _): "\(key.stringValue) is missing"
        case .typeMismatch(let type, let context), .valueNotFound(let type, let context):
            context.codingPath.isEmpty ? "it is no JSON object" : "\(place(context)) is no \(type)"
        case .dataCorrupted(let context):
            context.codingPath.isEmpty ? "it is no JSON" : "\(place(context)): \(context.debugDescription)"
        @unknown default: "\(error)"
        }
    }
}

struct Run: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Run a scenario and print what it took.")

    @Argument(help: ArgumentHelp("The scenario's file.", valueName: "FILE")) var scenario: String
    @Flag(help: "Print the report as JSON.") var json = false
    @OptionGroup(title: "Log") var log: LogOptions

    func run() async throws {
        NodeProcess.prepare()
        let description = try ScenarioFile.read(scenario)
        let load = try await LoadRun(description, log: log.makeLogger("apldm-load", standard: .error))
        // The workers are a process of their own, so that the figures are the coordinator's.
        let workers = Process()
        workers.executableURL = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        workers.arguments = ["workers", scenario, "--coordinator", "\(load.endpoint)"]
        try workers.run()
        defer { workers.terminate() }
        let report = try await load.run { done in
            if Console.terminalColumns != nil { Console.status("\(done) of \(description.jobs) jobs") }
        }
        if Console.terminalColumns != nil { Console.status("") }
        if json {
            try Console.result(json: report)
        } else {
            try Console.result(report.text)
        }
        if report.failedJobs > 0 || report.nondeterminism > 0 { throw ExitCode(1) }
    }
}

struct Workers: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "The simulated workers of a scenario.")

    @Argument(help: ArgumentHelp("The scenario's file.", valueName: "FILE")) var scenario: String
    @Option(help: ArgumentHelp("Where the coordinator listens.", valueName: "HOST:PORT")) var coordinator: Endpoint
    @OptionGroup(title: "Log") var log: LogOptions

    func run() async throws {
        NodeProcess.prepare()
        let logger = log.makeLogger("apldm-load", standard: .error)
        await LoadWorkers(try ScenarioFile.read(scenario), coordinator: coordinator, log: logger).run()
    }
}
