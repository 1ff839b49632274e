import DiffusionModels
import Foundation
import RenderPipeline
import Testing

/// Records that were damaged or made up: refused with the key at fault, never a crash.
struct HostileRecordTests {
    private static let model = ModelProperties(
        nativeSize: 256, factor: 8, latentChannels: 4, sampleSize: 32, autoencoderSampleSize: 256)

    /// Reads and plans what is left of a record.
    private static func read(_ json: String) throws -> RenderRecordError? {
        do throws(RenderRecordError) {
            let record = try RenderRecord(json: json)
            _ = try record.canonicalJSON()
            _ = try? RenderPlan(record.request, model: model, scheduler: SamplerConfiguration())
            return nil
        } catch {
            return error
        }
    }

    private static func full() -> RenderRecord {
        RecordFixture.record {
            $0.substages = [.eta2(0.5), .initRate(0.5)]
            $0.resampleSteps = 7
            $0.attentiveGuidance.temperature = 2
            $0.attentiveGuidance.filter = FrequencyFilter(kind: .linear, start: 0.5)
            $0.initialPicture = InitialPicture(
                size: Extent(height: 8, width: 8), sha256: String(repeating: "a", count: 64), background: "#ffffff")
            $0.decodeTiling = DecodeTilingRule(geometry: DecodeTiling(core: 8, context: 4))
            $0.encodeTiling = EncodeTilingRule(geometry: EncodeTiling(tile: 64))
            $0.samplerOverrides.usesKarrasSigmas = true
            $0.latentWindows = LatentWindowRule(overlap: 8)
        }
    }

    @Test func bytesThatWereChangedNeverCrash() throws {
        var generator = SeededGenerator(state: 7)
        let original = Array(try Self.full().canonicalJSON().utf8)
        let signs = Array("0123456789eE+-.,:{}[]\"\\u".utf8)
        var (refused, accepted) = (0, 0)
        for _ in 0..<20_000 {
            var bytes = original
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                let position = Int.random(in: bytes.indices, using: &generator)
                switch Int.random(in: 0...4, using: &generator) {
                case 0: bytes.remove(at: position)
                case 1: bytes[position] = UInt8.random(in: 0...255, using: &generator)
                case 2: bytes.insert(signs[Int.random(in: signs.indices, using: &generator)], at: position)
                case 3: bytes.insert(contentsOf: bytes[position...].prefix(20), at: position)
                default: bytes.removeSubrange(position..<min(bytes.count, position + 20))
                }
                if bytes.isEmpty { bytes = [0x7B] }
            }
            if try Self.read(String(decoding: bytes, as: UTF8.self)) == nil { accepted += 1 } else { refused += 1 }
        }
        #expect(refused > 10_000)
        #expect(accepted > 0)
    }

    /// Every value of a whole record in turn is replaced by values of every kind and size.
    @Test(arguments: [
        "null", "true", "-1", "0", "1", "0.5", "2.5", "65536", "65537", "1000001", "-9223372036854775808",
        "9223372036854775807", "18446744073709551615", "18446744073709551616", "1e308", "-1e308", "1e-320", "1e999",
        "\"\"", "\"x\"", "\"../x\"", "[]", "[[]]", "[1e308,-1]", "{}", "{\"x\":{}}", "[{}]", "[{\"eta2\":1e308}]",
    ])
    func valuesThatWereReplacedNeverCrash(value: String) throws {
        let json = try Self.full().canonicalJSON()
        let root = try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
        let paths = Self.paths(root)
        #expect(paths.count > 50)
        let replacement = "\"replacement\""
        for path in paths {
            let changed = Self.replace(root, at: path[...])
            let text = String(decoding: try JSONSerialization.data(withJSONObject: changed), as: UTF8.self)
            let error = try Self.read(text.replacing(replacement, with: value))
            // The error names the value's own key, one within it, or the object that it decides about.
            if let error { #expect(error.key?.hasPrefix(path[0]) == true, "\(error)") }
            #expect(error?.description.contains("\n") != true)
        }
    }

    private static func paths(_ value: Any) -> [[String]] {
        guard let object = value as? [String: Any] else { return [[]] }
        return object.flatMap { key, value in paths(value).map { [key] + $0 } + (value is [String: Any] ? [[key]] : [])
        }
    }

    private static func replace(_ value: Any, at path: ArraySlice<String>) -> Any {
        guard let key = path.first, var object = value as? [String: Any] else { return "replacement" }
        object[key] = replace(object[key] as Any, at: path.dropFirst())
        return object
    }

    @Test func everyKeyHasToBeThere() throws {
        let json = try Self.full().canonicalJSON()
        let root = try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
        // What came later may be absent, and means what was done before.
        for key in root.keys where key != "latent_windows" {
            var changed = root
            changed[key] = nil
            let text = String(decoding: try JSONSerialization.data(withJSONObject: changed), as: UTF8.self)
            #expect(try Self.read(text)?.key == key)
        }
    }

    @Test(arguments: [
        (#""steps":50"#, #""steps":50,"zeal":1"#, "zeal"),
        (#""filter":"#, #""fill":1,"filter":"#, "attentive_guidance.fill"),
        (#"{"use_karras"#, #"{"steps_off":1,"use_karras"#, "sampler.settings"),
        (#""format":1"#, #""format":2,"zeal":1"#, "format"),
        (#""steps":50"#, #""steps":1001"#, "steps"), (#""steps":50"#, #""steps":0"#, "steps"),
        (#""float32""#, #""float16""#, "precision"), (#""method":"apldm""#, #""method":"magic""#, "method"),
        (#""kind":"euler""#, #""kind":"heun""#, "sampler.kind"), (#""height":1024"#, #""height":65537"#, "size.height"),
        (#""seed":3"#, #""seed":-1"#, "seed"), (#""seed":3"#, #""seed":3.5"#, "seed"),
        (#""name":"landscape""#, #""name":"/etc""#, "model.name"),
        (#""name":"landscape""#, #""name":"..""#, "model.name"),
        (#""sha256":"0"#, #""sha256":"X"#, "model.sha256"), ("#ffffff", "red", "initial_picture.background"),
        (#""stride":8"#, #""stride":0"#, "decode_tiling.geometry.stride"),
        (#""tile":64"#, #""tile":8"#, "encode_tiling.geometry.tile"),
        (#""tile_core":64"#, #""tile_core":0"#, "tile_core"),
        (#"{"overlap":8}"#, #"{"overlap":-1}"#, "latent_windows.overlap"),
        (#"{"overlap":8}"#, #"{"overlap":8193}"#, "latent_windows.overlap"),
        (#"{"overlap":8}"#, #"{"overlap":0.5}"#, "latent_windows.overlap"),
        (#"{"overlap":8}"#, #"{"overlap":8,"size":8}"#, "latent_windows.size"),
        (#"{"overlap":8}"#, "{}", "latent_windows.overlap"), (#"{"overlap":8}"#, "null", "latent_windows"),
        (#"{"eta2":0.5}"#, #"{"eta3":0.5}"#, "substages"),
        (#""paper":"#, #""papers":"#, "attentive_guidance.form.papers"),
    ])
    func theKeyAtFaultIsNamed(_ part: String, _ replacement: String, _ key: String) throws {
        let json = try Self.full().canonicalJSON()
        #expect(json.contains(part))
        let error = try #require(try Self.read(json.replacing(part, with: replacement)))
        #expect(error.key == key, "\(error)")
        #expect(error.description.contains("'\(key)'"))
    }

    @Test func floodsAreRefused() throws {
        for flood in [
            String(repeating: "[", count: 1 << 20), String(repeating: "{\"a\":", count: 1 << 18),
            "{\"format\":1,\"prompt\":\"" + String(repeating: "a", count: 3 << 20) + "\"}",
            "{\"format\":1" + (0..<50_000).map { ",\"k\($0)\":1" }.joined() + "}", "", "null", "1", "[]", "\u{FEFF}{}",
        ] {
            #expect(try Self.read(flood) != nil)
        }
        let long = RecordFixture.record { $0.prompt = String(repeating: "a", count: 100_001) }
        #expect(try Self.read(long.canonicalJSON())?.key == "prompt")
    }
}
