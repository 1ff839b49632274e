import FoundationEssentials
import Hummingbird
import HummingbirdTesting
import Testing
import WebServer

/// Who may do what.
struct AccessTests {
    private let order = ByteBuffer(string: #"{"prompt": "endless", "width": 64, "height": 64}"#)

    private func fields(_ key: String?) -> HTTPFields {
        var fields: HTTPFields = [.contentType: "application/json"]
        if let key { fields[.authorization] = "Bearer \(key)" }
        return fields
    }

    private func server() throws -> (TestServer, [String: String]) {
        let (lines, keys) = try TestServer.keyFile([
            ("ann", .submit), ("bob", .submit), ("eve", .read), ("root", .admin),
        ])
        return (TestServer(keys: lines), keys)
    }

    /// Who asks what, in this order, and the status of the answer.
    private static let requests: [(name: String?, method: HTTPRequest.Method, path: String, status: Int)] = [
        (nil, .get, "/v1/jobs", 401), ("nobody", .get, "/v1/jobs", 401), ("eve", .get, "/v1/jobs", 200),
        ("eve", .post, "/v1/jobs", 403), ("ann", .post, "/v1/jobs", 201), ("bob", .delete, "/v1/jobs/1", 403),
        ("eve", .delete, "/v1/jobs/1", 403), ("ann", .delete, "/v1/jobs/1", 200), ("bob", .post, "/v1/jobs", 201),
        ("root", .delete, "/v1/jobs/2", 200), ("ann", .post, "/v1/workers/asleep/drain", 403),
        ("root", .post, "/v1/workers/asleep/drain", 200), ("root", .post, "/v1/workers/nobody/drain", 404),
        (nil, .get, "/healthz", 200), (nil, .get, "/v1/openapi.json", 200), (nil, .get, "/metrics", 401),
        ("eve", .get, "/metrics", 200),
    ]

    @Test(.timeLimit(.minutes(10))) func aRoleMayDoWhatItIsFor() async throws {
        let (server, keys) = try server()
        try await server.serving { client in
            for (name, method, path, status) in Self.requests {
                let body = method == .post && path == "/v1/jobs" ? order : nil
                let key = name.map { keys[$0] ?? "apldm-0" }
                let response = try await client.execute(uri: path, method: method, headers: fields(key), body: body)
                #expect(response.status.code == status, "\(name ?? "nobody") \(method) \(path)")
            }
        }
    }

    @Test func aJobIsItsKeysAndNobodyElses() async throws {
        let (server, keys) = try server()
        try await server.serving { client in
            func submit(_ body: String, as name: String) async throws -> TestResponse {
                try await client.execute(
                    uri: "/v1/jobs", method: .post, headers: fields(keys[name]), body: ByteBuffer(string: body))
            }
            let own = try await submit(#"{"prompt": "x"}"#, as: "ann")
            #expect(String(buffer: own.body).contains(#""owner":"ann""#))
            let anothers = try await submit(#"{"prompt": "x", "owner": "bob"}"#, as: "ann")
            #expect(anothers.status == .forbidden)
            let allowed = try await submit(#"{"prompt": "x", "owner": "bob"}"#, as: "root")
            #expect(String(buffer: allowed.body).contains(#""owner":"bob""#))
        }
    }

    @Test(arguments: [("ann", true, 200), ("bob", true, 401), ("ann", false, 401)])
    func clientsOfTheWebUIShowANameAndAKey(user: String, isKnown: Bool, status: Int) async throws {
        let (server, keys) = try server()
        let secret = isKnown ? keys["ann"] ?? "" : "wrong"
        let value = "Basic " + Data("\(user):\(secret)".utf8).base64EncodedString()
        try await server.serving { client in
            let response = try await client.execute(
                uri: "/sdapi/v1/samplers", method: .get, headers: [.authorization: value])
            #expect(response.status.code == status)
            if status == 401 { #expect(response.headers[.wwwAuthenticate] == "Basic realm=\"apldm\"") }
        }
    }

    @Test func wrongKeysCannotBeTriedForLong() async throws {
        var (server, _) = try server()
        server.change = { $0.wrongKeysPerSecond = 1e-6 }
        try await server.serving { client in
            var last = HTTPResponse.Status.ok
            for _ in 0..<25 {
                last = try await client.execute(uri: "/v1/jobs", method: .get, headers: fields("wrong")).status
            }
            #expect(last == .tooManyRequests)
        }
    }

    @Test func whoAsksTooOftenWaits() async throws {
        var server = TestServer()
        server.change = { $0.requestsPerSecond = 0.01 }
        try await server.serving { client in
            var last = try await client.execute(uri: "/v1/jobs", method: .get)
            for _ in 0..<5 { last = try await client.execute(uri: "/v1/jobs", method: .get) }
            #expect(last.status == .tooManyRequests)
            #expect((1...100).contains(last.headers[.retryAfter].flatMap { Int($0) } ?? 0))
            #expect(try JSONAnswer(last)["error"]?["code"] == "too_many_requests")
        }
    }

    @Test(arguments: [("https://studio.example", true), ("https://elsewhere.example", false)])
    func onlyPagesOfAllowedOriginsMayRead(origin: String, isAllowed: Bool) async throws {
        var server = TestServer()
        server.change = { $0.origins = ["https://studio.example"] }
        try await server.serving { client in
            let asked = try await client.execute(uri: "/v1/jobs", method: .options, headers: [.origin: origin])
            #expect(asked.headers[.accessControlAllowOrigin] == (isAllowed ? origin : nil))
            let answer = try await client.execute(uri: "/v1/jobs", method: .get, headers: [.origin: origin])
            #expect(answer.status == (isAllowed ? .ok : .forbidden))
            #expect(answer.headers[.accessControlAllowOrigin] == (isAllowed ? origin : nil))
        }
    }

    @Test(arguments: ["ann admin", "ann admin 00", "ann god \(String(repeating: "0", count: 64))", "a:b read x", "x"])
    func aBrokenFileOfKeysIsRefusedWithItsLine(line: String) throws {
        let path = FileManager.default.temporaryDirectory
            .appending(path: "apldm-keys-\(UInt64.random(in: 0...(.max)))").path(percentEncoded: false)
        defer { try? FileManager.default.removeItem(atPath: path) }
        try Data("# keys\n\(line)\n".utf8).write(to: URL(filePath: path))
        let error = #expect(throws: KeyFileError.self) { try KeyFile(path: path) }
        #expect(error?.problem.hasPrefix("line 2 ") == true)
    }

    @Test func onlyItsOwnerReadsTheFileAndNothingIsLeftBesideIt() throws {
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "apldm-keys-\(UInt64.random(in: 0...(.max)))").path(percentEncoded: false)
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        var file = KeyFile()
        for name in ["ann", "bob"] {
            _ = try file.add(name, role: .read)
            try file.write(to: folder + "/keys")
            #expect(try KeyFile(path: folder + "/keys") == file)
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["keys"])
        let attributes = try FileManager.default.attributesOfItem(atPath: folder + "/keys")
        #expect(attributes[.posixPermissions] as? Int == 0o600)
        #expect(throws: KeyFileError.self) { try file.write(to: folder) }
    }

    @Test func noTwoKeysHaveOneName() throws {
        var file = KeyFile()
        let key = try file.add("ann", role: .read)
        #expect(key.utf8.count == 70)
        #expect(throws: KeyFileError.self) { try file.add("ann", role: .admin) }
        try file.remove("ann")
        #expect(try file.add("ann", role: .admin) != key)
    }
}
