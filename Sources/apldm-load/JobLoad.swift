import AsyncHTTPClient
import CommandSupport
import Foundation
import LoadTesting
import NIOCore
import NIOHTTP1

/// Jobs on their way through a coordinator's HTTP interface.
struct JobLoad {
    let command: Jobs
    let client: HTTPClient

    private struct Submission: Encodable {
        let prompt: String
        let width: Int
        let height: Int
        let steps: Int
        let seed: Int
        let owner: String
    }

    private struct Job: Decodable {
        struct Picture: Decodable {
            let digest: String
        }

        let id: UInt64
        let state: String
        let seed: Int
        let picture: Picture?

        var isEnded: Bool { state != "queued" && state != "running" }
    }

    private struct Page: Decodable {
        let jobs: [Job]
    }

    /// The coordinator's answer is none that was expected.
    struct Refusal: Error, CustomStringConvertible {
        let description: String
    }

    func run() async throws -> JobLoadReport {
        let start = ContinuousClock.now
        let submitted = try await submitAll()
        let (ended, completion) = try await wait(for: submitted)
        var digests: [Int: String] = [:]
        var differing = 0
        for job in ended {
            guard let digest = job.picture?.digest else { continue }
            if digests[job.seed, default: digest] != digest { differing += 1 }
            digests[job.seed] = digest
        }
        let finished = ended.count { $0.state == "finished" }
        return JobLoadReport(
            jobs: command.count, seconds: (ContinuousClock.now - start) / .seconds(1),
            submission: Quantiles(submitted.map(\.seconds)), completion: Quantiles(completion), finished: finished,
            notFinished: command.count - finished, differing: differing)
    }

    private typealias Submitted = (id: UInt64, at: ContinuousClock.Instant, seconds: Double)

    private func submitAll() async throws -> [Submitted] {
        try await withThrowingTaskGroup(of: Submitted.self) { group in
            var submitted: [Submitted] = []
            for index in 0..<command.count {
                if index >= command.connections, let one = try await group.next() { submitted.append(one) }
                group.addTask { try await submit(index) }
            }
            for try await one in group { submitted.append(one) }
            return submitted
        }
    }

    private func submit(_ index: Int) async throws -> Submitted {
        var request = HTTPClientRequest(url: command.url + "/v1/jobs")
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/json")
        let body = Submission(
            prompt: command.prompt, width: command.width, height: command.height, steps: command.steps,
            seed: index % command.seeds, owner: "owner-\(index % command.owners)")
        request.body = .bytes(try JSONEncoder().encode(body))
        let start = ContinuousClock.now
        let job: Job = try await answer(request, expecting: .created)
        let now = ContinuousClock.now
        return (job.id, now, (now - start) / .seconds(1))
    }

    /// Reads the list until all have ended.
    private func wait(for submitted: [Submitted]) async throws -> ([Job], [Double]) {
        var open = Dictionary(uniqueKeysWithValues: submitted.map { ($0.id, $0.at) })
        var ended: [Job] = []
        var seconds: [Double] = []
        while !open.isEmpty {
            try await Task.sleep(for: .milliseconds(200))
            var before = (open.keys.max() ?? 0) + 1
            let first = open.keys.min() ?? 0
            while before > first {
                let page: Page = try await answer(
                    HTTPClientRequest(url: command.url + "/v1/jobs?limit=1000&before=\(before)"), expecting: .ok)
                for job in page.jobs where job.isEnded {
                    guard let start = open.removeValue(forKey: job.id) else { continue }
                    ended.append(job)
                    seconds.append((ContinuousClock.now - start) / .seconds(1))
                }
                guard let last = page.jobs.last?.id else { break }
                before = last
            }
            if Console.terminalColumns != nil { Console.status("\(ended.count) of \(command.count) jobs") }
        }
        if Console.terminalColumns != nil { Console.status("") }
        return (ended, seconds)
    }

    private func answer<Answer: Decodable>(
        _ request: HTTPClientRequest, expecting status: HTTPResponseStatus
    ) async throws -> Answer {
        let response = try await client.execute(request, timeout: .seconds(30))
        let body = try await response.body.collect(upTo: 64 << 20)
        guard response.status == status else {
            throw Refusal(description: "\(response.status.code): \(String(buffer: body).prefix(500))")
        }
        return try JSONDecoder().decode(Answer.self, from: Data(body.readableBytesView))
    }
}
