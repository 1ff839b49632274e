import AsyncHTTPClient
import Foundation
import Glibc
import NIOCore
import NIOHTTP1
import Synchronization
import Testing

/// `apldm-coord serve` as a process of its own, asked over HTTP.
final class Coordinator: Sendable {
    /// Where the package is.
    static let checkout = URL(filePath: #filePath).appending(path: "../../..").standardizedFileURL

    /// Its answer is none that was expected, or it came to nothing.
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// A job as it is answered.
    struct Job: Decodable {
        let id: UInt64
        let state: String
        let error: String?
    }

    private static var program: URL {
        #if DEBUG
            checkout.appending(path: ".build/debug/apldm-coord")
        #else
            checkout.appending(path: ".build/release/apldm-coord")
        #endif
    }

    private let process: Process
    private let log: URL
    private let exit: Task<Int32, Never>

    /// Starts it on a folder of data.
    ///
    /// - Parameters:
    ///   - data: its folder; its log is written beside it.
    ///   - killedAt: a commit point and which time it is reached, where it kills itself.
    ///   - options: further options.
    /// - Throws: when it cannot be started.
    init(data: URL, killedAt: String? = nil, _ options: [String] = []) throws {
        log = data.appendingPathExtension("log")
        process = Process()
        process.executableURL = Self.program
        process.arguments =
            [
                "serve", "--data", data.path, "--http", "127.0.0.1:0", "--threads", "1", "--log-level", "debug",
                "--model", Self.checkout.appending(path: "Tests/Fixtures/models/sdxl-a").path,
            ] + options
        process.environment = killedAt.map { ["APLDM_KILL_AT": $0] } ?? [:]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        try Data().write(to: log)
        process.standardError = try FileHandle(forWritingTo: log)
        let (ends, end) = AsyncStream<Int32>.makeStream()
        process.terminationHandler = { process in
            end.yield(process.terminationReason == .exit ? process.terminationStatus : 128 + process.terminationStatus)
            end.finish()
        }
        exit = Task { await ends.first { _ in true } ?? -1 }
        try process.run()
    }

    deinit { if process.isRunning { Glibc.kill(process.processIdentifier, SIGKILL) } }

    /// Its exit code, or 128 and the number of the signal that ended it, when it has ended.
    var exitCode: Int32 { get async { await exit.value } }

    var isRunning: Bool { process.isRunning }

    /// What it has said so far.
    var said: String { (try? String(contentsOf: log, encoding: .utf8)) ?? "" }

    /// The commit points that it has passed.
    var commitPoints: [String] {
        said.split(separator: "\n").filter { $0.contains("commit point") }.compactMap { line in
            line.firstRange(of: "point=").map { String(line[$0.upperBound...].prefix { $0 != " " }) }
        }
    }

    /// Asks it to end, and waits until it has.
    func end() async -> Int32 {
        Glibc.kill(process.processIdentifier, SIGTERM)
        return await exitCode
    }

    /// Where it takes jobs; nil when it ended before it did.
    func url() async throws -> String? {
        while true {
            if let line = said.split(separator: "\n").first(where: { $0.contains("taking jobs") }),
                let start = line.firstRange(of: "url=")
            {
                return String(line[start.upperBound...].prefix { $0 != " " })
            }
            guard isRunning else { return nil }
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    /// Hands in a job; nil when it ended before it answered.
    func submit(_ body: String) async throws -> Job? {
        guard let url = try await url() else { return nil }
        var request = HTTPClientRequest(url: url)
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/json")
        request.body = .bytes(ByteBuffer(string: body))
        let answer: Data
        do { answer = try await Self.answer(request, 201) } catch let failure as Failure {
            throw failure
        } catch {
            // The connection broke: it is about to have ended.
            _ = await exitCode
            return nil
        }
        return try JSONDecoder().decode(Job.self, from: answer)
    }

    func jobs() async throws -> [Job] {
        struct Page: Decodable { let jobs: [Job] }
        return try JSONDecoder().decode(Page.self, from: try await get("")).jobs
    }

    /// Waits until a job has ended.
    func ended(_ id: UInt64) async throws -> Job {
        while true {
            let job = try JSONDecoder().decode(Job.self, from: try await get("/\(id)"))
            if ["finished", "failed", "cancelled"].contains(job.state) { return job }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    /// The states of the workers by their names.
    func workers() async throws -> [String: String] {
        struct Page: Decodable {
            struct Worker: Decodable { let name, state: String }
            let workers: [Worker]
        }
        let page = try JSONDecoder().decode(
            Page.self, from: try await Self.answer(HTTPClientRequest(url: try await workersURL()), 200))
        return Dictionary(uniqueKeysWithValues: page.workers.map { ($0.name, $0.state) })
    }

    /// Drains a worker, or lets it take tasks again.
    func setDrained(_ name: String, _ isDrained: Bool) async throws {
        let name = name.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? name
        var request = HTTPClientRequest(
            url: try await workersURL() + "/\(name)/\(isDrained ? "drain" : "undrain")")
        request.method = .POST
        _ = try await Self.answer(request, 200)
    }

    private func workersURL() async throws -> String {
        guard let url = try await url() else { throw Failure(description: "it has ended: \(said)") }
        return url.replacing("/v1/jobs", with: "/v1/workers")
    }

    /// Ends it as a power cut does.
    func kill() async -> Int32 {
        Glibc.kill(process.processIdentifier, SIGKILL)
        return await exitCode
    }

    func picture(_ id: UInt64) async throws -> Data { try await get("/\(id)/picture") }

    private func get(_ path: String) async throws -> Data {
        guard let url = try await url() else { throw Failure(description: "it has ended: \(said)") }
        return try await Self.answer(HTTPClientRequest(url: url + path), 200)
    }

    private static func answer(_ request: HTTPClientRequest, _ status: UInt) async throws -> Data {
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(60))
        let body = try await response.body.collect(upTo: 16 << 20)
        guard response.status.code == status else {
            throw Failure(description: "\(request.url): \(response.status.code) \(String(buffer: body))")
        }
        return Data(body.readableBytesView)
    }
}
