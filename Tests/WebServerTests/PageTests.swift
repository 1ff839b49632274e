import Hummingbird
import HummingbirdTesting
import Testing
import WebServer

/// The web page: what is served, how, and to whom.
struct PageTests {
    private func text(_ client: any TestClientProtocol, _ path: String) async throws -> String {
        let response = try await client.execute(uri: path, method: .get)
        #expect(response.status == .ok, "\(path)")
        return String(buffer: response.body)
    }

    /// All files: what the page names, and what scripts name in turn.
    private func files(_ client: any TestClientProtocol) async throws -> [String: String] {
        var found = ["/": try await text(client, "/")]
        var names = found["/"]?.matches(of: /"(\/page\/[^"]+)"/).map { String($0.1) } ?? []
        while let name = names.popLast() {
            guard found[name] == nil else { continue }
            let text = try await text(client, name)
            found[name] = text
            names += text.matches(of: /from "\.\/([^"]+)"/).map { "/page/\($0.1)" }
        }
        return found
    }

    @Test func everythingThatThePageNamesIsServedWithItsType() async throws {
        try await TestServer().serving { client in
            let files = try await files(client)
            #expect(files.count > 15)
            for path in files.keys {
                let response = try await client.execute(uri: path, method: .get)
                let type = response.headers[.contentType] ?? ""
                switch path.split(separator: ".").last {
                case "js": #expect(type == "text/javascript; charset=utf-8", "\(path)")
                case "css": #expect(type == "text/css; charset=utf-8", "\(path)")
                case "svg": #expect(type == "image/svg+xml", "\(path)")
                default: #expect(path == "/" && type == "text/html; charset=utf-8")
                }
            }
        }
    }

    @Test func nothingButThisServersFilesMayRunOrBeAsked() async throws {
        try await TestServer().serving { client in
            for path in ["/", "/page/main.js"] {
                let headers = try await client.execute(uri: path, method: .get).headers
                let policy = try #require(headers[.contentSecurityPolicy])
                #expect(policy.hasPrefix("default-src 'self'; img-src 'self' blob: data:;"))
                #expect(!policy.contains("unsafe") && policy.contains("frame-ancestors 'none'"))
                #expect(headers[.xContentTypeOptions] == "nosniff")
                let referrer = try #require(HTTPFields.Element.Name("Referrer-Policy"))
                #expect(headers[referrer] == "no-referrer")
            }
        }
    }

    @Test(arguments: ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "https://", "style="])
    func noFileHasWhatLetsTextBecomeMarkupOrAsksElsewhere(word: String) async throws {
        try await TestServer().serving { client in
            for (path, text) in try await files(client) { #expect(!text.contains(word), "\(path)") }
        }
    }

    @Test func aFileThatIsStillTheSameIsNotSentAgain() async throws {
        try await TestServer().serving { client in
            let first = try await client.execute(uri: "/page/page.css", method: .get)
            let tag = try #require(first.headers[.eTag])
            #expect(first.headers[.cacheControl] == "no-cache")
            let again = try await client.execute(uri: "/page/page.css", method: .get, headers: [.ifNoneMatch: tag])
            #expect(again.status == .notModified && again.body.readableBytes == 0 && again.headers[.eTag] == tag)
            let other = try await client.execute(uri: "/page/main.js", method: .get, headers: [.ifNoneMatch: tag])
            #expect(other.status == .ok)
        }
    }

    @Test(arguments: [
        "/page", "/page/", "/page/index.html", "/page/MAIN.JS", "/page/main.js/more", "/page/main.js%00",
        "/page/..", "/page/../v1/jobs", "/page/%2e%2e%2fkeys", "/page/..%2f..%2fetc%2fpasswd", "/page/openapi.json",
    ])
    func whatIsNoFileOfThePageIsNotFound(path: String) async throws {
        try await TestServer().serving { client in
            let response = try await client.execute(uri: path, method: .get)
            #expect(response.status == .notFound)
        }
    }

    @Test func thePageTakesNoKeyAndEverythingElseDoes() async throws {
        let (lines, keys) = try TestServer.keyFile([("eve", .read)])
        try await TestServer(keys: lines).serving { client in
            for path in try await files(client).keys {
                #expect(try await client.execute(uri: path, method: .get).status == .ok, "\(path)")
            }
            for path in ["/page/nothing", "/page/../v1/jobs", "/page/main.js/more", "//", "/v1/caller", "/v1/jobs"] {
                #expect(try await client.execute(uri: path, method: .get).status == .unauthorized, "\(path)")
            }
            let key = try #require(keys["eve"])
            let answer = try await client.execute(
                uri: "/v1/caller", method: .get, headers: [.authorization: "Bearer \(key)"])
            #expect(try JSONAnswer(answer)["name"] == "eve")
            #expect(try JSONAnswer(answer)["role"] == "read")
        }
    }

    @Test func whereNobodyIsAskedForAKeyEverybodyMayDoEverything() async throws {
        try await TestServer().serving { client in
            let answer = try JSONAnswer(try await client.execute(uri: "/v1/caller", method: .get))
            #expect(answer["role"] == "admin" && answer["name"] == nil)
        }
    }
}
