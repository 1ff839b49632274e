import ArgumentParser
import CommandSupport
import CoordinatorClient
import FoundationEssentials

/// Which coordinator a command asks, and how its answers are printed.
struct ClientOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The coordinator (default: $APLDM_SERVER, or http://127.0.0.1:7421).", valueName: "URL"))
    var server: String?

    @Option(
        help: ArgumentHelp(
            "A file with the key to show (default: the key in $APLDM_KEY, or the file in $APLDM_KEY_FILE).",
            valueName: "FILE"))
    var keyFile: String?

    @Flag(help: "Print what the coordinator says, as JSON.") var json = false

    /// Asks, and closes the connections afterwards. What goes wrong is reported and becomes the exit code.
    func asking(_ body: (CoordinatorClient) async throws -> Void) async throws {
        try await Failure.reporting {
            let environment = ProcessInfo.processInfo.environment
            let client = try CoordinatorClient(
                server: server ?? environment["APLDM_SERVER"] ?? "http://127.0.0.1:7421", key: try key(environment))
            do {
                try await body(client)
            } catch {
                await client.close()
                throw error
            }
            await client.close()
        }
    }

    private func key(_ environment: [String: String]) throws -> String? {
        if keyFile == nil, let key = environment["APLDM_KEY"] { return key }
        guard let path = keyFile ?? environment["APLDM_KEY_FILE"] else { return nil }
        guard let data = FileManager.default.contents(atPath: path), data.count <= 4096 else {
            throw ValidationError(
                "--key-file: \(path) cannot be read; write the key that 'apldm-coord keys add' printed")
        }
        return String(decoding: data, as: UTF8.self).filter { !$0.isWhitespace }
    }

    /// Prints a value as JSON, or as what is made of it for a person.
    func print<Value: Encodable>(_ value: Value, _ text: (Value) -> String) throws {
        guard json else { return try Console.result(text(value)) }
        try Console.result(json: value)
    }
}

extension RemoteJob {
    /// A job in one line.
    var line: String {
        var words = ["\(id)".padded(to: 7), state.padded(to: 10), "\(Int(progress * 100))%".padded(to: 5)]
        words += [owner.padded(to: 12), "\(width)x\(height)".padded(to: 10), String(prompt.prefix(60))]
        return words.joined(separator: " ") + (error.map { " (\($0))" } ?? "")
    }
}

extension RemoteWorker {
    /// A worker in one line.
    var line: String { name.padded(to: 24) + " " + state.padded(to: 10) + " \(tasks) tasks, \(completedTasks) done" }
}
