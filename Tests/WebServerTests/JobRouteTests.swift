import FoundationEssentials
import Hummingbird
import HummingbirdTesting
import RenderPipeline
import Testing

/// The routes of `/v1`, asked as clients ask them.
struct JobRouteTests {
    private let json: HTTPFields = [.contentType: "application/json"]
    @Test(.timeLimit(.minutes(10))) func aPictureIsAskedForWatchedAndFetched() async throws {
        try await TestServer().serving { client in
            let body = #"{"prompt": "a lake", "width": 64, "height": 128, "seed": 7, "owner": "ann"}"#
            let created = try await client.execute(
                uri: "/v1/jobs", method: .post, headers: json, body: ByteBuffer(string: body))
            #expect(created.status == .created)
            #expect(created.headers[.location] == "/v1/jobs/1")
            var job = try JobAnswer(created)
            #expect(job.width == 64 && job.height == 128 && job.seed == 7 && job.owner == "ann")
            while job.state != "finished" {
                job = try JobAnswer(try await client.execute(uri: "/v1/jobs/1", method: .get))
            }
            #expect(job.progress == 1)
            let url = try #require(job.picture?.url)
            let picture = try await client.execute(uri: url, method: .get)
            #expect(picture.status == .ok)
            #expect(picture.headers[.contentType] == "image/png")
            #expect(picture.body == ByteBuffer(string: "picture 1"))
        }
    }

    @Test(.timeLimit(.minutes(10))) func aPictureIsShownSmall() async throws {
        let server = TestServer()
        try await server.serving { client in
            for _ in 0..<2 {
                let body = ByteBuffer(string: #"{"prompt": "a lake"}"#)
                _ = try await client.execute(uri: "/v1/jobs", method: .post, headers: json, body: body)
            }
            for id in 1...2 {
                var state = ""
                while state != "finished" {
                    state = try JobAnswer(try await client.execute(uri: "/v1/jobs/\(id)", method: .get)).state
                }
            }
            let pixels = [UInt8](repeating: 90, count: 3 * 1200 * 600)
            let path = server.folder + "/1.png"
            try PixelImage(width: 1200, height: 600, pixels: pixels).write(pngFile: path)
            let small = try await client.execute(uri: "/v1/jobs/1/thumbnail", method: .get)
            #expect(small.status == .ok && small.headers[.contentType] == "image/png")
            let header = try PNGReader(bytes: Array(small.body.readableBytesView), name: "thumbnail").header
            #expect(header.width == 400 && header.height == 200)
            let tag = try #require(small.headers[.eTag])
            let same = try await client.execute(
                uri: "/v1/jobs/1/thumbnail", method: .get, headers: [.ifNoneMatch: tag])
            #expect(same.status == .notModified && same.body.readableBytes == 0)

            try FileManager.default.removeItem(atPath: server.folder + "/2.png")
            let gone = try await client.execute(uri: "/v1/jobs/2/thumbnail", method: .get)
            #expect(gone.status == .gone)
            #expect(try ErrorAnswer(gone).code == "picture_gone")
        }
    }

    @Test(.timeLimit(.minutes(10))) func whatAJobEnlargesAnotherMayEnlarge() async throws {
        let server = TestServer()
        try await server.serving { client in
            func submit(_ digest: String) async throws -> TestResponse {
                let body = ByteBuffer(
                    string: #"{"prompt": "a lake", "width": 64, "height": 64, "start_picture": "\#(digest)"}"#)
                return try await client.execute(uri: "/v1/jobs", method: .post, headers: json, body: body)
            }
            for digest in ["", "x", "../1", String(repeating: "0", count: 64), String(repeating: "F", count: 64)] {
                let refused = try await submit(digest)
                #expect(refused.status == .badRequest)
                #expect(try ErrorAnswer(refused).field == "start_picture")
            }
            let path = server.folder + "/start.png"
            try PixelImage(width: 48, height: 32, pixels: [UInt8](repeating: 7, count: 3 * 48 * 32)).write(
                pngFile: path)
            let png = try #require(FileManager.default.contents(atPath: path))
            let body = ByteBuffer(
                string: #"{"prompt": "a lake", "init_images": ["\#(png.base64EncodedString())"]}"#)
            let enlarged = try await client.execute(
                uri: "/sdapi/v1/img2img", method: .post, headers: json, body: body)
            #expect(enlarged.status == .ok)
            let first = try JSONAnswer(try await client.execute(uri: "/v1/jobs/1", method: .get))
            let start = try #require(first["start_picture"])
            #expect(start["width"] == 48 && start["height"] == 32)
            let again = try await submit(try #require(start["digest"]?.text))
            #expect(again.status == .created)
            #expect(try JSONAnswer(again)["start_picture"] == start)
        }
    }

    @Test(.timeLimit(.minutes(10))) func aJobIsToldWithAllThatItTakesToAskForItAgain() async throws {
        try await TestServer().serving { client in
            func submit(_ body: String) async throws -> JSONAnswer {
                try JSONAnswer(
                    try await client.execute(
                        uri: "/v1/jobs", method: .post, headers: json, body: ByteBuffer(string: body)))
            }
            let fields =
                #""negative_prompt":"fog","steps":12,"resample_steps":4,"guidance_scale":5.5,"guidance_rescale":0.25,"#
                + #""sampler":"ddim","method":"direct""#
            let given = try await submit(#"{"prompt": "a lake", \#(fields)}"#)
            let wanted = try JSONAnswer(text: "{\(fields)}")
            for name in [
                "negative_prompt", "steps", "resample_steps", "guidance_scale", "guidance_rescale", "sampler", "method",
            ] {
                #expect(given[name] == wanted[name] && given[name] != nil, "\(name)")
            }
            let plain = try await submit(#"{"prompt": "a lake"}"#)
            #expect(plain["negative_prompt"] == nil && plain["resample_steps"] == nil)
            #expect(plain["method"] == "apldm" && plain["sampler"] == "euler" && plain["steps"] == 50)
        }
    }

    @Test(
        arguments: [
            (#"{"width": 64}"#, "prompt", 400), (#"{"prompt": 3}"#, "prompt", 400),
            (#"{"prompt": "x", "widht": 64}"#, "widht", 400), (#"{"prompt": "x", "seed": -1}"#, "seed", 400),
            (#"{"prompt": "x", "seed": 1e30}"#, "seed", 400), (#"{"prompt": "x", "sampler": "magic"}"#, "sampler", 400),
            (#"{"prompt": "x", "method": "magic"}"#, "method", 400),
            (#"{"prompt": "x", "priority": 1000}"#, "priority", 400),
            (#"{"prompt": "x", "owner": "a b"}"#, "owner", 400), (#"{"prompt": "x", "width": 0}"#, "width", 400),
            ("{", nil, 400), ("[]", nil, 400), ("", nil, 400), ("\u{0}", nil, 400),
        ] as [(String, String?, Int)])
    func aBodyThatCannotBeIsAnsweredWithItsField(body: String, field: String?, status: Int) async throws {
        try await TestServer().serving { client in
            let response = try await client.execute(
                uri: "/v1/jobs", method: .post, headers: json, body: ByteBuffer(string: body))
            #expect(response.status.code == status)
            let error = try ErrorAnswer(response)
            #expect(error.field == field)
            #expect(!error.message.isEmpty)
        }
    }

    @Test func theTraceOfTheRequestIsThatOfItsJob() async throws {
        let trace = String(repeating: "a1", count: 16)
        try await TestServer().serving { client in
            var headers = json
            headers[try #require(HTTPFields.Element.Name("traceparent"))] = "00-\(trace)-00f067aa0ba902b7-01"
            _ = try await client.execute(
                uri: "/v1/jobs", method: .post, headers: headers, body: ByteBuffer(string: #"{"prompt": "trace"}"#))
            var job = try JobAnswer(try await client.execute(uri: "/v1/jobs/1", method: .get))
            while job.state != "failed" {
                job = try JobAnswer(try await client.execute(uri: "/v1/jobs/1", method: .get))
            }
            #expect(job.error == trace)
        }
    }

    @Test func aBodyThatIsTooLargeIsRefused() async throws {
        try await TestServer().serving { client in
            let body = ByteBuffer(repeating: 0x20, count: 3 << 20)
            let response = try await client.execute(uri: "/v1/jobs", method: .post, headers: json, body: body)
            #expect(response.status == .contentTooLarge)
            #expect(try ErrorAnswer(response).code == "too_large")
        }
    }

    @Test(arguments: [
        ("/v1/jobs/9", HTTPRequest.Method.get, 404), ("/v1/jobs/9", .delete, 404), ("/v1/jobs/x", .get, 404),
        ("/v1/jobs/-1", .get, 404), ("/v1/jobs/99999999999999999999", .get, 404), ("/v1/jobs/9/picture", .get, 404),
        ("/v1/jobs/../../etc/passwd", .get, 404), ("/v1/nothing", .get, 404), ("/v1/jobs?limit=x", .get, 400),
        ("/v1/jobs?state=lost", .get, 400), ("/v1/jobs?colour=red", .get, 400), ("/v1/jobs?before=-1", .get, 400),
    ])
    func whatIsNotThereIsAnsweredInJSON(path: String, method: HTTPRequest.Method, status: Int) async throws {
        try await TestServer().serving { client in
            let response = try await client.execute(uri: path, method: method)
            #expect(response.status.code == status)
            #expect(!(try ErrorAnswer(response).message.isEmpty))
        }
    }

    @Test(.timeLimit(.minutes(10))) func jobsAreListedAndCancelled() async throws {
        try await TestServer().serving { client in
            for _ in 0..<3 {
                let body = ByteBuffer(string: #"{"prompt": "endless", "width": 64, "height": 64}"#)
                _ = try await client.execute(uri: "/v1/jobs", method: .post, headers: json, body: body)
            }
            let cancelled = try await client.execute(uri: "/v1/jobs/3", method: .delete)
            #expect(try JobAnswer(cancelled).state == "cancelled")
            let again = try await client.execute(uri: "/v1/jobs/3", method: .delete)
            #expect(again.status == .conflict)
            #expect(try await client.execute(uri: "/v1/jobs/1/picture", method: .get).status == .conflict)
            let list = try await client.execute(uri: "/v1/jobs?limit=2", method: .get)
            let page = try JSONDecoder().decode(PageAnswer.self, from: Data(list.body.readableBytesView))
            #expect(page.jobs.map(\.id) == [3, 2])
            #expect(page.counts["cancelled"] == 1)
        }
    }

    @Test(.timeLimit(.minutes(10))) func aFullQueueSaysWhenToComeAgain() async throws {
        try await TestServer().serving { client in
            let body = ByteBuffer(string: #"{"prompt": "endless", "width": 64, "height": 64}"#)
            var last = try await client.execute(uri: "/v1/jobs", method: .post, headers: json, body: body)
            for _ in 0..<8 where last.status == .created {
                last = try await client.execute(uri: "/v1/jobs", method: .post, headers: json, body: body)
            }
            #expect(last.status == .serviceUnavailable)
            #expect(last.headers[.retryAfter] == "10")
            #expect(try ErrorAnswer(last).code == "queue_full")
        }
    }

    @Test(
        arguments: [
            ([.origin: "https://elsewhere.example"], 403), ([.origin: "http://127.0.0.1:7421"], 201),
            ([.contentType: "text/plain"], 415), ([.contentType: "application/json; charset=utf-8"], 201),
        ] as [(HTTPFields, Int)])
    func pagesOfOthersCannotAsk(fields: HTTPFields, status: Int) async throws {
        var fields = fields
        if fields[.contentType] == nil { fields[.contentType] = "application/json" }
        try await TestServer().serving { [fields] client in
            let body = ByteBuffer(string: #"{"prompt": "endless", "width": 64, "height": 64}"#)
            let response = try await client.execute(uri: "/v1/jobs", method: .post, headers: fields, body: body)
            #expect(response.status.code == status)
        }
    }

    @Test func healthAndReadinessAreTold() async throws {
        try await TestServer().serving { client in
            #expect(try await client.execute(uri: "/healthz", method: .get).status == .ok)
            #expect(try await client.execute(uri: "/readyz", method: .get).status == .serviceUnavailable)
            let workers = try await client.execute(uri: "/v1/workers", method: .get)
            let current =
                #"[{"columns":3,"index":4,"job":1,"of":9,"what":"decode_tile"},{"what":"encode_text"}]"#
            let worker =
                #"{"completed_tasks":3,"current":\#(current),"name":"asleep","state":"away","tasks":2}"#
            #expect(String(buffer: workers.body) == #"{"workers":[\#(worker)]}"#)
        }
    }
}

/// A job as clients read it.
private struct JobAnswer: Decodable {
    struct Picture: Decodable {
        var url: String
    }

    var id: Int
    var state: String
    var progress: Double
    var owner: String
    var width: Int
    var height: Int
    var seed: Int
    var picture: Picture?
    var error: String?

    init(_ response: TestResponse) throws {
        self = try JSONDecoder().decode(Self.self, from: Data(response.body.readableBytesView))
    }
}

private struct PageAnswer: Decodable {
    var jobs: [JobAnswer]
    var counts: [String: Int]
}

private struct ErrorAnswer: Decodable {
    private struct Body: Decodable {
        var error: ErrorAnswer
    }

    var code: String
    var message: String
    var field: String?

    init(_ response: TestResponse) throws {
        self = try JSONDecoder().decode(Body.self, from: Data(response.body.readableBytesView)).error
    }
}
