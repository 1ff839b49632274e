import FoundationEssentials
import Hummingbird
import HummingbirdTesting
import Logging
import RenderJobs
import RenderPipeline
import Synchronization
import Telemetry
import WebServer

/// A server whose pictures are made up.
struct TestServer: Sendable {
    static let model = ServedModel(name: "landscape", sha256: String(repeating: "ab", count: 32))

    let folder = FileManager.default.temporaryDirectory
        .appending(path: "apldm-web-\(UInt64.random(in: 0...(.max)))").path(percentEncoded: false)
    var workers = TestWorkers()
    let previews = JobPreviews()
    /// The lines of a file of keys.
    var keys: [String]?
    var change: @Sendable (inout WebService.Options) -> Void = { _ in }
    /// Seconds for a head, a body, and for reading an answer.
    var patience = (head: 30.0, body: 60.0, reading: 30.0)

    /// Names and their keys, made for a server.
    static func keyFile(_ roles: [(name: String, role: KeyRole)]) throws -> (lines: [String], keys: [String: String]) {
        var file = KeyFile()
        var keys: [String: String] = [:]
        for (name, role) in roles { keys[name] = try file.add(name, role: role) }
        let path = FileManager.default.temporaryDirectory
            .appending(path: "apldm-keys-\(UInt64.random(in: 0...(.max)))").path(percentEncoded: false)
        try file.write(to: path)
        defer { try? FileManager.default.removeItem(atPath: path) }
        let text = String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
        return (text.split(separator: "\n").map(String.init), keys)
    }

    /// Answers requests while jobs are rendered.
    ///
    /// - Parameters:
    ///   - setup: whether requests go to the router alone, or through a socket.
    ///   - body: what asks.
    /// - Throws: what `body` throws.
    func serving(
        _ setup: TestingSetup = .router, _ body: @escaping @Sendable (any TestClientProtocol) async throws -> Void
    ) async throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let runner = JobRunner(
            store: MemoryJobStore(limits: JobLimits(mostQueued: 5)),
            renderer: Painter(folder: folder, previews: previews), log: log)
        let service = Task { await runner.run() }
        defer { service.cancel() }
        var options = WebService.Options(host: "127.0.0.1", port: 0, pictures: folder, model: Self.model)
        if let keys {
            let path = folder + "/keys"
            try Data(keys.joined(separator: "\n").utf8).write(to: URL(filePath: path))
            options.keys = try KeyRing(path: path, log: log)
        }
        change(&options)
        let web = WebService(options, runner: runner, workers: workers, previews: previews, log: log)
            .waiting(headSeconds: patience.head, bodySeconds: patience.body, readingSeconds: patience.reading)
        try await web.application().test(setup, body)
    }
}

/// Writes a file with the job's number as its picture.
struct Painter: JobRenderer {
    let folder: String
    var previews = JobPreviews()
    let slots = 2

    func check(_ request: RenderRequest) throws {
        guard request.size.width > 0 else {
            throw RequestError(option: "--width", problem: "0 is no width", remedy: "use 64 or more")
        }
    }

    func render(_ job: RenderJob, progress: @escaping @Sendable (Double) -> Void) async throws -> JobPicture {
        if job.request.prompt == "endless" {
            previews.set(JobPreviews.Preview(stage: 0, png: Array("preview".utf8)), of: job.id)
        }
        defer { previews.set(nil, of: job.id) }
        progress(0.5)
        if job.request.prompt == "endless" { try await Task.sleep(for: .seconds(3600)) }
        if job.request.prompt == "fail" { throw Broken() }
        if job.request.prompt == "trace" { throw Broken(description: job.trace?.description ?? "none") }
        try Data("picture \(job.id)".utf8).write(to: URL(filePath: "\(folder)/\(job.id).png"))
        return JobPicture(fileName: "\(job.id).png", digest: "\(job.id)")
    }

    private struct Broken: Error, CustomStringConvertible {
        var description = "this one fails"
    }
}

/// One worker that does nothing.
final class TestWorkers: WorkerControl {
    private let drained = Mutex(false)
    let canCompute = false
    let figures: [MetricFamily] = []

    var workers: [WorkerSummary] {
        let tile = WorkerTask(.decodeTile, job: 1, index: 4, of: 9, columns: 3)
        let text = WorkerTask(.encodeText, job: nil)
        return [
            WorkerSummary(
                name: "asleep", state: drained.withLock { $0 } ? .drained : .away, tasks: 2, completedTasks: 3,
                current: [tile, text])
        ]
    }

    func setDrained(_ name: String, _ isDrained: Bool) async -> WorkerSummary? {
        guard name == "asleep" else { return nil }
        drained.withLock { $0 = isDrained }
        return workers.first
    }
}
