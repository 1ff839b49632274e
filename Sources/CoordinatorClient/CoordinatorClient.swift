import AsyncHTTPClient
public import FoundationEssentials
import NIOCore
import NIOHTTP1

/// A running coordinator, asked over HTTP.
public struct CoordinatorClient: Sendable {
    /// The longest answer that is read, beside pictures.
    private static let longestAnswer = 64 << 20
    private static let largestPicture = 2 << 30

    private let base: String
    private let key: String?
    private let timeout: TimeAmount
    private let client: HTTPClient

    /// - Parameters:
    ///   - server: `http://HOST:PORT` or `https://HOST`.
    ///   - key: what is shown to it; nil where nobody is asked for one.
    ///   - timeoutSeconds: how long an answer may take.
    /// - Throws: ``CoordinatorClientError`` for what is no address.
    public init(server: String, key: String?, timeoutSeconds: Double = 30) throws(CoordinatorClientError) {
        guard let url = URL(string: server), ["http", "https"].contains(url.scheme), let host = url.host(),
            !host.isEmpty, url.path().allSatisfy({ $0 == "/" })
        else {
            throw CoordinatorClientError(
                .address, "'\(server)' is no address of a coordinator", remedy: "use for example http://127.0.0.1:7421")
        }
        base = String(server.reversed().drop { $0 == "/" }.reversed())
        self.key = key
        timeout = .milliseconds(Int64(1000 * timeoutSeconds))
        client = HTTPClient(eventLoopGroupProvider: .singleton)
    }

    /// Closes its connections; it is of no use any more.
    public func close() async { try? await client.shutdown() }

    /// Asks for a picture.
    public func submit(_ order: PictureOrder) async throws -> RemoteJob {
        try await answer(.POST, "/v1/jobs", body: try JSONEncoder().encode(order))
    }

    /// A job by its number.
    public func job(_ id: UInt64) async throws -> RemoteJob { try await answer(.GET, "/v1/jobs/\(id)") }

    /// Jobs, the latest first.
    ///
    /// - Parameters:
    ///   - owner: only those of this owner.
    ///   - state: only those in this state.
    ///   - limit: so many at most.
    /// - Returns: the jobs, and how many there are in each state.
    /// - Throws: ``CoordinatorClientError``.
    public func jobs(owner: String? = nil, state: String? = nil, limit: Int = 100) async throws -> RemoteJobPage {
        var query = "limit=\(limit)"
        for (name, value) in [("owner", owner), ("state", state)] {
            if let value { query += "&\(name)=\(Self.escaped(value))" }
        }
        return try await answer(.GET, "/v1/jobs?" + query)
    }

    /// Ends a job that is wanted no more.
    public func cancel(_ id: UInt64) async throws -> RemoteJob { try await answer(.DELETE, "/v1/jobs/\(id)") }

    /// Who computes.
    public func workers() async throws -> [RemoteWorker] {
        let page: RemoteWorkerPage = try await answer(.GET, "/v1/workers")
        return page.workers
    }

    /// Lets a worker take nothing more, or take tasks again.
    public func setDrained(_ name: String, _ isDrained: Bool) async throws -> RemoteWorker {
        try await answer(.POST, "/v1/workers/\(Self.escaped(name))/\(isDrained ? "drain" : "undrain")")
    }

    /// The picture of a finished job, as a PNG file.
    public func picture(_ id: UInt64) async throws -> Data {
        Data(try await bytes(.GET, "/v1/jobs/\(id)/picture", upTo: Self.largestPicture).readableBytesView)
    }

    /// What happens to a job, until it has ended.
    ///
    /// - Parameters:
    ///   - id: which.
    ///   - news: called with everything that happens.
    /// - Throws: ``CoordinatorClientError``, and what `news` throws.
    public func watch(_ id: UInt64, _ news: (JobNews) throws -> Void) async throws {
        let response = try await execute(request(.GET, "/v1/jobs/\(id)/events"), timeout: .hours(24 * 365))
        try await Self.check(response)
        var parser = EventParser()
        for try await part in Self.reporting(response.body) {
            for event in try parser.feed(part.readableBytesView) {
                if let event = try JobNews(event) { try news(event) }
            }
        }
    }

    private func answer<Answer: Decodable>(
        _ method: HTTPMethod, _ path: String, body: Data? = nil
    ) async throws -> Answer {
        let bytes = try await bytes(method, path, body: body, upTo: Self.longestAnswer)
        do {
            return try JSONDecoder().decode(Answer.self, from: Data(bytes.readableBytesView))
        } catch {
            throw CoordinatorClientError(
                .answer, "the answer to \(path) is not what a coordinator says", remedy: "look whether --server is one")
        }
    }

    private func bytes(
        _ method: HTTPMethod, _ path: String, body: Data? = nil, upTo limit: Int
    ) async throws -> ByteBuffer {
        var request = request(method, path)
        if let body {
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .bytes(body)
        }
        let response = try await execute(request, timeout: timeout)
        try await Self.check(response)
        do {
            return try await response.body.collect(upTo: limit)
        } catch {
            throw CoordinatorClientError(connection: error)
        }
    }

    private func request(_ method: HTTPMethod, _ path: String) -> HTTPClientRequest {
        var request = HTTPClientRequest(url: base + path)
        request.method = method
        if let key { request.headers.add(name: "Authorization", value: "Bearer \(key)") }
        return request
    }

    private func execute(_ request: HTTPClientRequest, timeout: TimeAmount) async throws -> HTTPClientResponse {
        do {
            return try await client.execute(request, timeout: timeout)
        } catch let error as CancellationError {
            throw error
        } catch {
            throw CoordinatorClientError(connection: error)
        }
    }

    /// - Throws: what the coordinator says instead of an answer.
    private static func check(_ response: HTTPClientResponse) async throws {
        guard response.status.code >= 400 else { return }
        let body = try? await response.body.collect(upTo: 1 << 20)
        throw CoordinatorClientError(
            status: Int(response.status.code), body: body.map { Data($0.readableBytesView) } ?? Data())
    }

    private static func reporting(_ body: HTTPClientResponse.Body) -> AsyncThrowingStream<ByteBuffer, any Error> {
        AsyncThrowingStream { source in
            let reading = Task {
                do {
                    for try await part in body { source.yield(part) }
                    source.finish()
                } catch {
                    source.finish(throwing: CoordinatorClientError(connection: error))
                }
            }
            source.onTermination = { _ in reading.cancel() }
        }
    }

    private static func escaped(_ text: String) -> String {
        text.utf8.map { byte in
            let character = Character(UnicodeScalar(byte))
            if byte < 0x80, character.isLetter || character.isNumber || "-._~".contains(character) {
                return String(character)
            }
            return "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
        }.joined()
    }
}
