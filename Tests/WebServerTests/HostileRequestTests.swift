import FoundationEssentials
import Hummingbird
import HummingbirdTesting
import NIOCore
import Testing

/// What nobody sends by mistake, over a socket.
@Suite(.serialized) struct HostileRequestTests {
    /// Asks with raw bytes, and looks whether the server still answers others afterwards.
    private func asking(
        _ server: TestServer = TestServer(), _ body: @escaping @Sendable (Int) async throws -> Void
    ) async throws {
        try await server.serving(.ahc(.http)) { client in
            try await body(try #require(client.port))
            #expect(try await client.execute(uri: "/healthz", method: .get).status == .ok)
        }
    }

    private static func post(_ body: String, length: Int? = nil, path: String = "/v1/jobs") -> String {
        "POST \(path) HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            + "Content-Length: \(length ?? body.utf8.count)\r\n\r\n\(body)"
    }

    private static func get(_ path: String, _ fields: String = "") -> String {
        "GET \(path) HTTP/1.1\r\nHost: localhost\r\n\(fields)\r\n"
    }

    /// Requests, and the status that each is answered with.
    private static let requests: [(request: String, status: Int)] = [
        // Broken JSON, and JSON that is deep, long or wrong.
        (post("{"), 400), (post("\u{0}"), 400), (post(String(repeating: "[", count: 100_000)), 400),
        (
            post(#"{"prompt": "# + String(repeating: "[", count: 600) + String(repeating: "]", count: 600) + "}"),
            400
        ),
        (post(String(repeating: #"{"a":"#, count: 50_000), path: "/sdapi/v1/txt2img"), 400),
        (post(#"{"prompt": "x", "width": 1e400}"#), 400), (post(#"{"prompt": "\ud800"}"#), 400),
        // More than fits, told before and not told.
        (post("{}", length: 1 << 40), 413), (post("{}", length: 3 << 20), 413),
        (post("{}", length: 1 << 40, path: "/sdapi/v1/img2img"), 413),
        (post("{}", length: 1 << 40, path: "/v1/images/generations"), 413),
        // Paths that lead elsewhere.
        (get("/v1/jobs/../../../../etc/passwd"), 404),
        (get("/v1/jobs/%2e%2e%2f%2e%2e%2fetc%2fpasswd/picture"), 404),
        (get("/v1/jobs/1%00/picture"), 404), (get("/v1/jobs/..%2F..%2Fkeys/preview"), 404),
        (get("//etc/passwd"), 404),
        (get("/v1/jobs/0x1/picture"), 404), (get("/v1/jobs/18446744073709551616/picture"), 404),
        (get("/" + String(repeating: "a/", count: 2000)), 404),
        // Methods.
        ("BREW /v1/jobs HTTP/1.1\r\nHost: localhost\r\n\r\n", 400),
        ("PUT /v1/jobs HTTP/1.1\r\nHost: localhost\r\n\r\n", 405),
        ("TRACE /v1/jobs HTTP/1.1\r\nHost: localhost\r\n\r\n", 405),
        ("DELETE /v1/workers HTTP/1.1\r\nHost: localhost\r\n\r\n", 405),
        // Heads.
        ("GARBAGE\r\n\r\n", 400), ("GET / HTTP/9.9\r\n\r\n", 400),
        ("GET /healthz HTTP/1.1\r\nHost: elsewhere\r\n\r\n", 403),
        ("GET / HTTP/1.1\r\nHost: elsewhere\r\n\r\n", 403),
        (get("/healthz", "X-Long: " + String(repeating: "a", count: 100_000) + "\r\n"), 400),
        (get("/healthz", (0..<1000).map { "X-\($0): a\r\n" }.joined()), 400),
        (get("/healthz", "Content-Length: -1\r\n"), 400),
        (get("/healthz", "Content-Length: 5\r\nContent-Length: 6\r\n"), 400),
    ]

    @Test(
        .timeLimit(.minutes(10)),
        arguments: requests)
    func itIsAnsweredAndForgotten(request: String, status: Int) async throws {
        try await asking { port in
            let answer = try await RawConnection.answer(to: request, port: port)
            #expect(answer.hasPrefix("HTTP/1.1 \(status) "), "\(answer.prefix(300))")
            if status == 405 { #expect(answer.lowercased().contains("\r\nallow: ")) }
        }
    }

    @Test(.timeLimit(.minutes(10))) func aBodyWithoutEndIsCutOff() async throws {
        try await asking { port in
            try await RawConnection.with(port: port) { connection in
                try await connection.send(
                    "POST /v1/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                        + "Transfer-Encoding: chunked\r\n\r\n")
                let chunk = "10000\r\n" + String(repeating: " ", count: 1 << 16) + "\r\n"
                // The server may close in between, once it has said why.
                for _ in 0..<40 { try? await connection.send(chunk) }
                let answer = try await connection.received()
                #expect(answer.hasPrefix("HTTP/1.1 413 "))
            }
        }
    }

    @Test(
        .timeLimit(.minutes(10)),
        arguments: [
            "GET /healthz HTTP/1.1\r\nHo", "", String(post("{}", length: 100)), String(post(#"{"prom"#, length: 50)),
            String(post("{}", length: 100, path: "/sdapi/v1/txt2img")),
        ])
    func whoStopsSendingIsSentAway(part: String) async throws {
        var server = TestServer()
        server.patience = (0.5, 0.5, 30)
        try await asking(server) { port in
            try await RawConnection.with(port: port) { connection in
                try await connection.send(part)
                // Comes to an end without anything more being sent.
                _ = try await connection.received()
            }
        }
    }

    @Test(.timeLimit(.minutes(10))) func whoGoesInTheMiddleOfABodyLeavesNothingBehind() async throws {
        try await asking { port in
            for path in ["/v1/jobs", "/v1/images/generations", "/sdapi/v1/img2img"] {
                try await RawConnection.with(port: port) { connection in
                    try await connection.send(Self.post(#"{"prompt": "a "#, length: 1000, path: path))
                }
            }
            let list = try await RawConnection.answer(to: Self.get("/v1/jobs", "Connection: close\r\n"), port: port)
            #expect(list.contains(#""jobs":[]"#))
        }
    }

    @Test(.timeLimit(.minutes(10)), arguments: ["/v1/images/generations", "/sdapi/v1/txt2img"])
    func thePictureIsCancelledOfAClientWhoGoesAway(path: String) async throws {
        try await asking { port in
            @Sendable func jobs() async throws -> String {
                try await RawConnection.answer(to: Self.get("/v1/jobs", "Connection: close\r\n"), port: port)
            }
            try await RawConnection.with(port: port) { connection in
                try await connection.send(Self.post(#"{"prompt": "endless"}"#, path: path))
                while !(try await jobs().contains(#""state":"running""#)) {}
            }
            while !(try await jobs().contains(#""state":"cancelled""#)) {}
        }
    }

    @Test(.timeLimit(.minutes(10))) func aThousandIdleConnectionsKeepNobodyOut() async throws {
        try #require(RawConnection.canOpen(2500))
        try await asking { port in
            try await withThrowingDiscardingTaskGroup { group in
                let (ready, source) = AsyncStream<Void>.makeStream()
                for _ in 0..<1000 {
                    group.addTask {
                        try await RawConnection.with(port: port) { connection in
                            try await connection.send("GET /healthz HTTP/1.1\r\n")
                            source.yield()
                            try? await Task.sleep(for: .seconds(3600))
                        }
                    }
                }
                var open = ready.makeAsyncIterator()
                for _ in 0..<1000 { await open.next() }
                let answer = try await RawConnection.answer(
                    to: Self.get("/healthz", "Connection: close\r\n"), port: port)
                #expect(answer.hasPrefix("HTTP/1.1 200 "))
                group.cancelAll()
            }
        }
    }

    @Test(.timeLimit(.minutes(10))) func whoDoesNotReadIsSentAway() async throws {
        var server = TestServer()
        server.patience = (30, 30, 0.5)
        try await asking(server) { port in
            try await RawConnection.with(port: port) { connection in
                // Answers of 90 kB, far more than buffers hold, of which none is read.
                let request = Self.get("/v1/openapi.json")
                while (try? await connection.send(request)) != nil {}
            }
        }
    }
}
