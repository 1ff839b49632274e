import DiffusionModels
import Foundation
import RenderPipeline
import Testing

/// What determines a picture, as JSON and back.
struct RenderRecordTests {
    @Test func everySettingComesBack() throws {
        var generator = SeededGenerator(state: 1)
        for _ in 0..<2000 {
            let record = RecordFixture.random(&generator)
            let json = try record.canonicalJSON()
            let found = try RenderRecord(json: json)
            try #require(found == record)
            try #require(try found.canonicalJSON() == json)
        }
    }

    /// Scalar for scalar: equality of texts would let another normalisation pass.
    @Test func promptsAreNotNormalised() throws {
        let prompt = "e\u{301} \u{E9} \u{212B}"
        let record = RecordFixture.record { $0.prompt = prompt }
        let found = try RenderRecord(json: record.canonicalJSON())
        #expect(Array(found.request.prompt.unicodeScalars) == Array(prompt.unicodeScalars))
    }

    /// Files that are out there keep their meaning and their bytes.
    @Test func theFormIsAsItWasRecorded() throws {
        let record = RecordFixture.record {
            $0.prompt = "a \"lake\", née/東\n"
            $0.substages = [.eta2(0.1), .initRate(0.8)]
            $0.seed = .max
            $0.samplerOverrides.usesKarrasSigmas = true
            $0.attentiveGuidance.form = .official(
                density: .stretches([1, 0.5]), decay: GuidanceDecay(kind: .cosine, minimum: 0, factor: 3))
            $0.decodeTiling = DecodeTilingRule()
        }
        let expected =
            #"{"apldm":"0.1.0","attentive_guidance":{"filter":null,"filter_unit":"latent","form":{"#
            + #""official":{"decay":{"factor":3,"kind":"cosine","minimum":0},"density":[1,0.5]}},"power_calibrate":0,"#
            + #""scale":0.004,"space":"raw","temperature":null},"decode_tiling":{"geometry":null,"#
            + #""largest_whole_area":-1},"encode_tiling":null,"format":1,"guidance_rescale":0,"guidance_scale":7.5,"#
            + #""initial_latents":null,"initial_picture":null,"method":"apldm","model":{"family":"#
            + #""Stable Diffusion XL","name":"landscape","#
            + #""sha256":"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef","#
            + #""variants":{"unet":"fp16","vae":"full"}},"native_size":null,"negative_prompt":null,"#
            + #""numerics":"cpu/avx2","precision":"float32","prompt":"a \"lake\", née/東\n","resample_steps":null,"#
            + #""sampler":{"kind":"euler","settings":{"use_karras_sigmas":true}},"seed":18446744073709551615,"#
            + #""size":{"height":1024,"width":2048},"size_mode":"fixed","steps":50,"#
            + #""substages":[{"eta2":0.1},{"init_rate":0.8}],"tile_core":64}"#
        #expect(try record.canonicalJSON() == expected)
        #expect(try RenderRecord(json: expected) == record)
        #expect(
            try record.fingerprint() == "d2fa04c4b683f43fceeed2ad38811e0d98149bd54f6a144bbe22ef54c2bdd2cc")
    }

    @Test(arguments: [(LatentWindowRule(), "null"), (LatentWindowRule(overlap: 12), "12")])
    func windowsAreRecordedWhereThereAreSome(rule: LatentWindowRule, overlap: String) throws {
        let whole = RecordFixture.record()
        let windowed = RecordFixture.record { $0.latentWindows = rule }
        let json = try windowed.canonicalJSON()
        let part = #""latent_windows":{"overlap":"# + overlap + "},"
        #expect(json.contains(part))
        #expect(try RenderRecord(json: json) == windowed)
        // Of whole passes nothing is said, as before there was anything else.
        #expect(try json.replacing(part, with: "") == whole.canonicalJSON())
        #expect(try RenderRecord(json: json.replacing(part, with: "")).request.latentWindows == nil)
    }

    @Test func absentAndEmptyNegativePromptsDiffer() throws {
        let absent = RecordFixture.record()
        let empty = RecordFixture.record { $0.negativePrompt = "" }
        #expect(try absent.fingerprint() != empty.fingerprint())
        #expect(try RenderRecord(json: empty.canonicalJSON()).request.negativePrompt == "")
        #expect(try RenderRecord(json: absent.canonicalJSON()).request.negativePrompt == nil)
    }

    @Test(arguments: [Double.nan, .infinity]) func whatIsNoNumberCannotBeRecorded(number: Double) {
        let error = #expect(throws: RenderRecordError.self) {
            try RecordFixture.record { $0.guidanceScale = number }.canonicalJSON()
        }
        #expect(error?.key == "guidance_scale")
    }
}
