import FoundationEssentials
import Hummingbird
import HummingbirdTesting
import Testing

/// What happens to jobs, as it happens.
struct EventTests {
    private let json: HTTPFields = [.contentType: "application/json"]

    private func submit(_ prompt: String, to client: any TestClientProtocol) async throws {
        let body = ByteBuffer(string: #"{"prompt": "\#(prompt)", "width": 64, "height": 64}"#)
        let response = try await client.execute(uri: "/v1/jobs", method: .post, headers: json, body: body)
        #expect(response.status == .created)
    }

    @Test(.timeLimit(.minutes(10))) func aJobIsFollowedToItsEndWithWhatThereIsToSee() async throws {
        try await TestServer().serving(.ahc(.http)) { client in
            try await submit("endless", to: client)
            async let stream = client.execute(uri: "/v1/jobs/1/events", method: .get)
            // Progress that is made before anybody listens is not told again.
            var preview = try await client.execute(uri: "/v1/jobs/1/preview", method: .get)
            while preview.status != .ok { preview = try await client.execute(uri: "/v1/jobs/1/preview", method: .get) }
            #expect(String(buffer: preview.body) == "preview")
            _ = try await client.execute(uri: "/v1/jobs/1", method: .delete)
            let response = try await stream
            #expect(response.headers[.contentType] == "text/event-stream")
            let events = String(buffer: response.body).split(separator: "\n\n")
            #expect(events.first?.hasPrefix("event: job\ndata: {") == true)
            #expect(events.last?.hasPrefix("event: job\ndata: {") == true)
            #expect(events.last?.contains(#""state":"cancelled""#) == true)
        }
    }

    @Test(.timeLimit(.minutes(10))) func ofAnEndedJobItsEndIsAllThereIs() async throws {
        try await TestServer().serving(.ahc(.http)) { client in
            try await submit("fail", to: client)
            var events: [Substring] = []
            while !(events.last?.contains(#""state":"failed""#) ?? false) {
                let response = try await client.execute(uri: "/v1/jobs/1/events", method: .get)
                events = String(buffer: response.body).split(separator: "\n\n")
            }
            let again = try await client.execute(uri: "/v1/jobs/1/events", method: .get)
            #expect(String(buffer: again.body).split(separator: "\n\n").count == 1)
            #expect(try await client.execute(uri: "/v1/jobs/9/events", method: .get).status == .notFound)
        }
    }

    @Test(.timeLimit(.minutes(10))) func progressAndPreviewsAreToldOfAllJobs() async throws {
        try await TestServer().serving(.ahc(.http)) { client in
            let port = try #require(client.port)
            try await RawConnection.with(port: port) { connection in
                try await connection.send("GET /v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n")
                try await submit("endless", to: client)
                let text = try await connection.received { $0.contains("event: preview\n") }
                #expect(text.contains(": listening\n\n"))
                #expect(text.contains("event: progress\ndata: {\"id\":1,\"progress\":0.5}\n\n"))
                #expect(text.contains(#""png":"\#(Data("preview".utf8).base64EncodedString())""#))
            }
        }
    }

    @Test(.timeLimit(.minutes(10))) func figuresCountWhatWasAskedByItsRoute() async throws {
        try await TestServer().serving(.ahc(.http)) { client in
            try await submit("endless", to: client)
            _ = try await client.execute(uri: "/v1/jobs/77", method: .get)
            let text = String(buffer: try await client.execute(uri: "/metrics", method: .get).body)
            #expect(text.contains("# TYPE apldm_http_requests_total counter\n"))
            #expect(text.contains(#"apldm_http_requests_total{code="201",route="/v1/jobs"} 1"#))
            #expect(text.contains(#"apldm_http_requests_total{code="404",route="/v1/jobs/{id}"} 1"#))
            #expect(text.contains(#"apldm_jobs{state="cancelled"} 0"#))
        }
    }

    @Test(arguments: [
        ("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", true), ("00-short-b7ad6b7169203331-01", false),
        ("00-00000000000000000000000000000000-b7ad6b7169203331-01", false), ("\u{7f}", false),
    ])
    func aTraceIsGoneOnWith(parent: String, isTaken: Bool) async throws {
        try await TestServer().serving { client in
            let name = try #require(HTTPFields.Element.Name("traceparent"))
            let response = try await client.execute(uri: "/healthz", method: .get, headers: [name: parent])
            let trace = response.headers.first { $0.name.canonicalName == "x-trace-id" }?.value
            #expect(trace?.utf8.count == 32)
            #expect((trace == "0af7651916cd43dd8448eb211c80319c") == isTaken)
        }
    }
}
