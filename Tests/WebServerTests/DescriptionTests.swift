import FoundationEssentials
import Hummingbird
import HummingbirdTesting
import Logging
import RenderJobs
import Testing
import WebServer

/// The description of the interface, compared with the interface.
struct DescriptionTests {
    private let json: HTTPFields = [.contentType: "application/json"]

    private func description(_ client: any TestClientProtocol) async throws -> Schema {
        let response = try await client.execute(uri: "/v1/openapi.json", method: .get)
        return Schema(document: try JSONAnswer(response).value)
    }

    @Test func everyRouteIsDescribedAndNothingElseIs() async throws {
        let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let web = WebService(
            WebService.Options(host: "127.0.0.1", port: 0, pictures: "/nowhere", model: TestServer.model),
            runner: JobRunner(store: MemoryJobStore(), renderer: Painter(folder: "/nowhere"), log: log),
            workers: TestWorkers(), log: log)
        try await TestServer().serving { client in
            let described = try await description(client).operations
            #expect(Set(web.routes) == Set(described))
        }
    }

    /// Requests whose answers are compared with the description; those before them make what they ask for.
    private static let requests: [(method: String, path: String, body: String?, status: Int)] = [
        ("GET", "/v1/caller", nil, 200), ("GET", "/page/nothing.js", nil, 404), ("GET", "/healthz", nil, 200),
        ("GET", "/readyz", nil, 503), ("GET", "/v1/openapi.json", nil, 200),
        ("POST", "/v1/jobs", #"{"prompt": "endless"}"#, 201), ("POST", "/v1/jobs", #"{"prompt": 1}"#, 400),
        ("POST", "/v1/jobs", #"{"prompt": "fail"}"#, 201), ("GET", "/v1/jobs", nil, 200),
        ("GET", "/v1/jobs?state=lost", nil, 400), ("GET", "/v1/jobs/1", nil, 200), ("GET", "/v1/jobs/99", nil, 404),
        ("GET", "/v1/jobs/1/picture", nil, 409), ("GET", "/v1/jobs/1/thumbnail", nil, 409),
        ("GET", "/v1/jobs/2/preview", nil, 409),
        ("POST", "/v1/jobs/1/pause", nil, 200), ("POST", "/v1/jobs/1/resume", nil, 200),
        ("DELETE", "/v1/jobs/1", nil, 200), ("DELETE", "/v1/jobs/1", nil, 409), ("POST", "/v1/jobs/1/retry", nil, 200),
        ("DELETE", "/v1/jobs/1", nil, 200), ("PATCH", "/v1/jobs/1", nil, 405), ("GET", "/v1/workers", nil, 200),
        ("POST", "/v1/workers/asleep/drain", nil, 200), ("POST", "/v1/workers/asleep/undrain", nil, 200),
        ("POST", "/v1/workers/nobody/drain", nil, 404),
        ("POST", "/v1/images/generations", #"{"prompt": "a lake"}"#, 200),
        ("POST", "/v1/images/generations", #"{"prompt": "a lake", "n": 0}"#, 400), ("GET", "/v1/models", nil, 200),
        ("GET", "/v1/models/landscape", nil, 200), ("GET", "/v1/models/other", nil, 404),
        ("POST", "/sdapi/v1/txt2img", #"{"prompt": "a lake", "mask": null}"#, 200),
        ("POST", "/sdapi/v1/txt2img", #"{"tiling": true}"#, 400), ("POST", "/sdapi/v1/img2img", "{}", 400),
        ("GET", "/sdapi/v1/progress", nil, 200), ("POST", "/sdapi/v1/interrupt", nil, 200),
        ("GET", "/sdapi/v1/samplers", nil, 200), ("GET", "/sdapi/v1/schedulers", nil, 200),
        ("GET", "/sdapi/v1/sd-models", nil, 200), ("GET", "/sdapi/v1/options", nil, 200),
        ("POST", "/sdapi/v1/options", "{}", 200), ("GET", "/sdapi/v1/cmd-flags", nil, 200),
        ("GET", "/sdapi/v1/scripts", nil, 200), ("GET", "/sdapi/v1/upscalers", nil, 200),
        ("GET", "/sdapi/v1/embeddings", nil, 200), ("GET", "/sdapi/v1/loras", nil, 200),
        ("GET", "/sdapi/v1/sd-vae", nil, 200), ("GET", "/sdapi/v1/hypernetworks", nil, 200),
        ("GET", "/sdapi/v1/prompt-styles", nil, 200), ("GET", "/sdapi/v1/latent-upscale-modes", nil, 200),
    ]

    /// Operations whose answers are no JSON.
    private static let others: Set = [
        "GET /metrics", "GET /v1/events", "GET /v1/jobs/{id}/events", "GET /v1/jobs/{id}/picture",
        "GET /v1/jobs/{id}/thumbnail", "GET /v1/jobs/{id}/preview", "GET /", "GET /page/{name}",
    ]

    @Test(.timeLimit(.minutes(10))) func everyAnswerIsWhatTheDescriptionSays() async throws {
        try await TestServer().serving(.ahc(.http)) { client in
            let schema = try await description(client)
            var succeeded: Set<String> = Self.others
            for request in Self.requests {
                let method = try #require(HTTPRequest.Method(request.method))
                let response = try await client.execute(
                    uri: request.path, method: method, headers: request.body == nil ? [:] : json,
                    body: request.body.map { ByteBuffer(string: $0) })
                let name = "\(request.method) \(request.path)"
                #expect(response.status.code == request.status, "\(name)")
                guard request.status != 405 else { continue }
                let operation = try #require(schema.operation(request.method, request.path), "\(name)")
                let problems = schema.problems(
                    of: try JSONAnswer(response).value, answering: operation, status: response.status.code)
                #expect(problems == [], "\(name)")
                if request.status < 300 || request.path == "/readyz" { succeeded.insert(operation) }
            }
            // Of what is there only img2img needs a real picture; that is for the end-to-end tests.
            #expect(Set(schema.operations).subtracting(succeeded) == ["POST /sdapi/v1/img2img"])
        }
    }

    @Test(arguments: [
        (#"{"id": 1}"#, "state is missing"), (#"{"status": 3}"#, "status is no string"),
        (#"{"status": "x", "more": 1}"#, "more is not described"),
    ])
    func whatDiffersFromADescriptionIsNoticed(answer: String, problem: String) async throws {
        try await TestServer().serving { client in
            let schema = try await description(client)
            let name = answer.contains("id") ? "Job" : "Health"
            let problems = schema.problems(of: try JSONAnswer(text: answer).value, named: name)
            #expect(problems.contains(problem), "\(problems)")
        }
    }
}
