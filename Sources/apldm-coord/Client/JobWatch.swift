import CommandSupport
import CoordinatorClient
import FoundationEssentials

/// Waits for a job and shows how far it has come.
struct JobWatch {
    let coordinator: CoordinatorClient
    var json = false
    var isQuiet = false

    /// How often a job is asked for again whose news have broken off, as they do when a coordinator restarts.
    private static let retries = 30

    /// - Throws: ``FailedJob`` unless it ends with a picture, and what asking throws.
    func wait(for id: UInt64) async throws {
        var last: RemoteJob?
        for attempt in 0..<Self.retries {
            do {
                try await coordinator.watch(id) { news in
                    try show(news, after: last)
                    if case .job(let job) = news { last = job }
                }
            } catch let error as CoordinatorClientError where error.kind == .unreachable && last != nil {
                Console.error("\(error)")
            }
            if let last, last.isEnded { break }
            if attempt > 0 { try await Task.sleep(for: .seconds(1)) }
        }
        guard let last, last.state == "finished" else { throw FailedJob(id: id, job: last) }
    }

    private func show(_ news: JobNews, after last: RemoteJob?) throws {
        if json { return try Console.result(try Self.line(news)) }
        guard !isQuiet else { return }
        switch news {
        case .job(let job):
            if Console.terminalColumns != nil { Console.status("") }
            if job.state != last?.state { Console.error("job \(job.id) is \(job.state)") }
        case .progress(let share):
            if Console.terminalColumns != nil { Console.status("\(Int(share * 100))%") }
        case .preview(let stage): Console.error("stage \(stage + 1) is drawn")
        }
    }

    private static func line(_ news: JobNews) throws -> String {
        struct Line: Encodable {
            var event: String
            var job: RemoteJob?
            var progress: Double?
            var stage: Int?
        }
        let line =
            switch news {
            case .job(let job): Line(event: "job", job: job)
            case .progress(let share): Line(event: "progress", progress: share)
            case .preview(let stage): Line(event: "preview", stage: stage)
            }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(line), as: UTF8.self)
    }
}

/// A job that ended without a picture.
struct FailedJob: Error, CustomStringConvertible {
    let id: UInt64
    let job: RemoteJob?

    var description: String {
        guard let job else { return "nothing is heard of job \(id)" }
        return "job \(id) is \(job.state)" + (job.error.map { ": \($0)" } ?? "")
    }
}

/// Writing a picture that was fetched.
enum PictureDownload {
    static func write(_ picture: Data, to path: String) throws {
        do {
            try picture.write(to: URL(filePath: path), options: .atomic)
        } catch {
            throw LostPicture(path: path, reason: "\(error)")
        }
    }

    struct LostPicture: Error, CustomStringConvertible {
        let path: String
        let reason: String
        var description: String { "cannot write \(path): \(reason)" }
    }
}
