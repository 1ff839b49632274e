import ArgumentParser
import Cluster
import CommandSupport
import Logging
import WebServer

/// Who may ask over HTTP, and how much.
struct WebOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Take jobs here; an address that other hosts reach takes --keys.", valueName: "HOST:PORT"))
    var http = Endpoint(host: "127.0.0.1", port: 7421)

    @Option(
        help: ArgumentHelp(
            "Ask everybody for a key of this file, which 'apldm-coord keys add' makes.", valueName: "FILE"))
    var keys: String?

    @Option(
        help: ArgumentHelp(
            "The most requests a second of each key (default: 50 with --keys, any number without); 0 for any number.",
            valueName: "N"))
    var rateLimit: Double?

    @Option(
        help: ArgumentHelp(
            "Let pages of this origin read answers, for example https://example.com; may be given several times.",
            valueName: "ORIGIN"))
    var corsOrigin: [String] = []

    @Option(help: ArgumentHelp("The most connections at a time.", valueName: "N")) var maxConnections = 4096

    func validate() throws {
        guard http.isLoopback || keys != nil else {
            throw ValidationError(
                "--http: \(http) can be reached from other hosts, which takes keys; make one with 'apldm-coord keys add "
                    + "NAME --role admin' and give --keys, or use 127.0.0.1")
        }
        if let rateLimit, !(0...100_000).contains(rateLimit) {
            throw ValidationError("--rate-limit: \(rateLimit) is out of range; use 0 to 100000")
        }
        guard (1...60_000).contains(maxConnections) else {
            throw ValidationError("--max-connections: \(maxConnections) is out of range; use 1 to 60000")
        }
        for origin in corsOrigin {
            let isWhole = ["http://", "https://"].contains { origin.hasPrefix($0) && origin.count > $0.count }
            guard isWhole, origin.filter({ $0 == "/" }).count == 2 else {
                throw ValidationError("--cors-origin: '\(origin)' is no origin; use for example https://example.com")
            }
        }
    }

    /// What the server is made of.
    func options(pictures: String, model: ServedModel, log: Logger) throws -> WebService.Options {
        var options = WebService.Options(host: http.host, port: http.port, pictures: pictures, model: model)
        options.keys = try keys.map { try KeyRing(path: $0, log: log) }
        options.origins = Set(corsOrigin)
        let rate = rateLimit ?? (keys == nil ? 0 : 50)
        options.requestsPerSecond = rate == 0 ? nil : rate
        // Connections take a descriptor each, and pictures, workers and models some more.
        options.mostConnections = min(
            maxConnections, max(16, NodeProcess.raiseOpenFiles(to: maxConnections + 512) - 256))
        return options
    }
}
