import FoundationEssentials
import Hummingbird
import HummingbirdTesting
import Testing

/// OpenAI's interface.
struct OpenAITests {
    private let json: HTTPFields = [.contentType: "application/json"]

    private func generate(_ client: any TestClientProtocol, _ body: String) async throws -> TestResponse {
        try await client.execute(
            uri: "/v1/images/generations", method: .post, headers: json, body: ByteBuffer(string: body))
    }

    @Test(.timeLimit(.minutes(10))) func picturesComeBackAsTextOrAsAddresses() async throws {
        try await TestServer().serving(.ahc(.http)) { client in
            let inText = try await generate(
                client,
                #"{"prompt": "a lake", "n": 2, "size": "64x128", "response_format": "b64_json", "model": "landscape"}"#)
            #expect(inText.status == .ok)
            let images = try JSONAnswer(inText)["data"]
            #expect(images?.count == 2)
            #expect(images?[1]?["b64_json"]?.text == Data("picture 2".utf8).base64EncodedString())
            let job = try JSONAnswer(try await client.execute(uri: "/v1/jobs/1", method: .get))
            #expect(job["width"] == 64 && job["height"] == 128)
            let byAddress = try JSONAnswer(try await generate(client, #"{"prompt": "a lake", "seed": 4}"#))
            let url = try #require(byAddress["data"]?[0]?["url"]?.text)
            let path = try #require(url.firstRange(of: "/v1/").map { String(url[$0.lowerBound...]) })
            #expect(String(buffer: try await client.execute(uri: path, method: .get).body) == "picture 3")
        }
    }

    @Test(
        .timeLimit(.minutes(10)),
        arguments: [
            (#"{"n": 1}"#, "prompt", 400), (#"{"prompt": "x", "n": 11}"#, "n", 400),
            (#"{"prompt": "x", "n": 0}"#, "n", 400), (#"{"prompt": "x", "size": "big"}"#, "size", 400),
            (#"{"prompt": "x", "size": "64x64x64"}"#, "size", 400),
            (#"{"prompt": "x", "quality": "best"}"#, "quality", 400),
            (#"{"prompt": "x", "style": "vivid"}"#, "style", 400),
            (#"{"prompt": "x", "background": "transparent"}"#, "background", 400),
            (#"{"prompt": "x", "output_format": "webp"}"#, "output_format", 400),
            (#"{"prompt": "x", "stream": true}"#, "stream", 400),
            (#"{"prompt": "x", "colour": "red"}"#, "colour", 400),
            (#"{"prompt": "x", "model": "dall-e-3"}"#, "model", 404), (#"{"prompt": "fail"}"#, nil, 500),
            ("[", nil, 400),
        ] as [(String, String?, Int)])
    func whatIsNotPossibleIsRefusedInTheirShape(body: String, field: String?, status: Int) async throws {
        try await TestServer().serving(.ahc(.http)) { client in
            let response = try await generate(client, body)
            #expect(response.status.code == status)
            let error = try #require(try JSONAnswer(response)["error"])
            #expect(error["param"]?.text == field)
            #expect(error["message"]?.text?.isEmpty == false && error["type"]?.text != nil)
        }
    }

    @Test func theModelIsListed() async throws {
        try await TestServer().serving { client in
            let list = try JSONAnswer(try await client.execute(uri: "/v1/models", method: .get))
            #expect(list["data"]?[0]?["id"] == "landscape")
            #expect(try await client.execute(uri: "/v1/models/landscape", method: .get).status == .ok)
            #expect(try await client.execute(uri: "/v1/models/gpt", method: .get).status == .notFound)
        }
    }
}
