import DiffusionModels
import FoundationEssentials
import Hummingbird
import HummingbirdTesting
import Testing
import WebServer

/// The interface of AUTOMATIC1111's web UI.
struct WebUITests {
    private let json: HTTPFields = [.contentType: "application/json"]

    private func post(_ client: any TestClientProtocol, _ path: String, _ body: String) async throws -> TestResponse {
        try await client.execute(
            uri: "/sdapi/v1/\(path)", method: .post, headers: json, body: ByteBuffer(string: body))
    }

    @Test(
        .timeLimit(.minutes(10)),
        arguments: [
            (#""width": 64, "height": 128"#, 64, 128),
            (#""width": 64, "height": 128, "enable_hr": true, "hr_scale": 3"#, 192, 384),
            (#""width": 64, "height": 128, "enable_hr": true, "hr_resize_x": 256, "hr_resize_y": 512"#, 256, 512),
            (#""width": 64, "height": 128, "enable_hr": true, "hr_resize_x": 256"#, 256, 512),
            (#""hr_scale": 3"#, 512, 512),
        ])
    func theSizeIsThatOfTheResult(fields: String, width: Int, height: Int) async throws {
        try await TestServer().serving(.ahc(.http)) { client in
            let body = #"{"prompt": "a lake", "seed": 5, "batch_size": 2, "sampler_name": "Euler a", \#(fields)}"#
            let response = try await post(client, "txt2img", body)
            #expect(response.status == .ok)
            let answer = try JSONAnswer(response)
            #expect(answer["images"]?.count == 2)
            #expect(answer["images"]?[0]?.text == Data("picture 1".utf8).base64EncodedString())
            let info = try JSONAnswer(text: answer["info"]?.text ?? "")
            #expect(info["width"]?.value == .number(Double(width)) && info["height"]?.value == .number(Double(height)))
            #expect(info["all_seeds"]?[1] == 6)
            #expect(info["sampler_name"] == "Euler a")
        }
    }

    @Test(
        .timeLimit(.minutes(10)),
        arguments: [
            (#"{"restore_faces": true}"#, "restore_faces"), (#"{"tiling": true}"#, "tiling"),
            (#"{"styles": ["x"]}"#, "styles"), (#"{"script_name": "x"}"#, "script_name"),
            (#"{"alwayson_scripts": {"ControlNet": {"args": [{"image": "x"}]}}}"#, "alwayson_scripts"),
            (#"{"override_settings": {"CLIP_stop_at_last_layers": 2}}"#, "clip_stop_at_last_layers"),
            (#"{"override_settings": {"sd_model_checkpoint": "other"}}"#, "sd_model_checkpoint"),
            (#"{"sampler_name": "LMS"}"#, "sampler_name"), (#"{"scheduler": "Magic"}"#, "scheduler"),
            (#"{"seed": -2}"#, "seed"), (#"{"steps": "many"}"#, "steps"),
            (#"{"batch_size": 4, "n_iter": 4}"#, "batch_size"),
            (#"{"width": 64.5}"#, "width"), (#"{"enable_hr": true, "hr_scale": 1e9}"#, "hr_scale"),
        ])
    func whatWouldChangeThePictureIsRefusedByName(body: String, field: String) async throws {
        try await TestServer().serving(.ahc(.http)) { client in
            let response = try await post(client, "txt2img", body)
            #expect(response.status == .badRequest)
            #expect(try JSONAnswer(response)["errors"]?.text?.hasPrefix(field) == true)
        }
    }

    @Test(
        .timeLimit(.minutes(10)),
        arguments: [#"{}"#, #"{"init_images": []}"#, #"{"init_images": ["%%%"]}"#, #"{"init_images": ["aGVsbG8="]}"#])
    func whatIsNoPictureIsNotEnlarged(body: String) async throws {
        try await TestServer().serving(.ahc(.http)) { client in
            let response = try await post(client, "img2img", body)
            #expect(response.status == .badRequest)
            #expect(try JSONAnswer(response)["errors"] == "init_images")
        }
    }

    @Test(.timeLimit(.minutes(10))) func whatIsWaitedForIsInterrupted() async throws {
        try await TestServer().serving(.ahc(.http)) { client in
            async let answer = post(client, "txt2img", #"{"prompt": "endless"}"#)
            var waiting = try JSONAnswer(try await client.execute(uri: "/sdapi/v1/progress", method: .get))
            while waiting["state"]?["job_count"] != 1 || waiting["progress"]?.value != .number(0.5) {
                waiting = try JSONAnswer(try await client.execute(uri: "/sdapi/v1/progress", method: .get))
            }
            #expect(try await post(client, "interrupt", "").status == .ok)
            let response = try await answer
            #expect(response.status == .ok)
            #expect(try JSONAnswer(response)["images"]?.count == 0)
            let idle = try JSONAnswer(try await client.execute(uri: "/sdapi/v1/progress", method: .get))
            #expect(idle["state"]?["job_count"] == 0)
        }
    }

    @Test func clientsFindWhatTheyLookFor() async throws {
        try await TestServer().serving { client in
            for (path, place, value) in Self.answers {
                let response = try await client.execute(uri: "/sdapi/v1/\(path)", method: .get)
                let answer = try JSONAnswer(response)
                #expect((answer[0] ?? answer)[place]?.text == value)
            }
            let set = try await post(client, "options", #"{"sd_model_checkpoint": "landscape"}"#)
            #expect(set.status == .ok)
            let refused = try await post(client, "options", #"{"sd_model_checkpoint": "x"}"#)
            #expect(refused.status == .badRequest)
        }
    }

    private static let answers = [
        ("samplers", "name", "Euler a"), ("schedulers", "name", "automatic"),
        ("sd-models", "title", "landscape [ababababab]"), ("options", "sd_model_checkpoint", "landscape [ababababab]"),
    ]
}
