import DiffusionModels
import Foundation
import RenderPipeline
import Tensors
import Testing

/// What tells one render from another.
struct RenderIdentityTests {
    private typealias Change = @Sendable (inout RenderRequest) -> Void

    private func identity(
        model: String = "a", digest: String = "b", numerics: String = "c", program: String = "1", noise: String? = nil,
        _ change: (inout RenderRequest) -> Void = { _ in }
    ) throws -> RenderIdentity {
        var request = RenderRequest(prompt: "a", size: Extent(height: 1024, width: 1024))
        change(&request)
        return try RenderIdentity(
            RenderRecord(
                program: program, model: ModelIdentity(name: model, family: "x", sha256: digest, variants: [:]),
                request: request, initialLatents: noise, numerics: numerics))
    }

    @Test func whateverChangesThePixelsChangesTheFingerprint() throws {
        let changes: [Change] = [
            { $0.prompt = "b" }, { $0.negativePrompt = "" }, { $0.negativePrompt = "b" }, { $0.seed = 1 },
            { $0.size = Extent(height: 1024, width: 768) }, { $0.method = .direct }, { $0.steps = 49 },
            { $0.resampleSteps = 49 }, { $0.substages = [.eta2(0.1), .eta2(0.22)] }, { $0.guidanceScale = 7.6 },
            { $0.guidanceRescale = 0.1 }, { $0.sizeMode = .paper }, { $0.nativeSize = 128 },
            { $0.sampler = .eulerAncestral }, { $0.sampler = .ddim },
            { $0.samplerOverrides.timestepSpacing = .trailing },
            { $0.samplerOverrides.predictionType = .velocity },
            { $0.samplerOverrides.usesKarrasSigmas = true }, { $0.attentiveGuidance.scale = 0.005 },
            { $0.attentiveGuidance = .off }, { $0.attentiveGuidance.temperature = 3 },
            { $0.attentiveGuidance.powerCalibrate = 1 }, { $0.attentiveGuidance.space = .variancePreserving },
            { $0.attentiveGuidance.form = .paper(delay: 0.1, exponent: 3) },
            { $0.attentiveGuidance.filter = FrequencyFilter(kind: .linear, start: 0.5) },
            { $0.initialPicture = InitialPicture(size: Extent(height: 256, width: 256), sha256: "x") },
            { $0.initialPicture = InitialPicture(size: Extent(height: 256, width: 256), sha256: "y") },
            {
                $0.initialPicture = InitialPicture(
                    size: Extent(height: 256, width: 256), sha256: "x", background: "#000000")
            },
            { $0.latentWindows = LatentWindowRule(overlap: 8) }, { $0.latentWindows = LatentWindowRule(overlap: 9) },
            { $0.tileCore = nil }, { $0.decodeTiling = DecodeTilingRule() }, { $0.encodeTiling = EncodeTilingRule() },
        ]
        var identities = [try identity()]
        for change in changes { identities.append(try identity(change)) }
        #expect(try identity(model: "x") == identities[0])
        identities.append(try identity(digest: "x"))
        identities.append(try identity(numerics: "x"))
        identities.append(try identity(program: "2"))
        identities.append(try identity(noise: "x"))
        identities.append(try identity { $0.seed = 1 << 60 })
        identities.append(try identity { $0.seed = 1 << 60 + 1 })
        let fingerprints = Set(identities.map(\.fingerprint))
        #expect(fingerprints.count == identities.count)
    }

    @Test func theFingerprintIsThatOfTheSettingsAsDocumented() throws {
        let text = #"{"settings": {"a": "b", "Łódź": "東京\n", "B": ""}}"#
        let identity = try JSONDecoder().decode(RenderIdentity.self, from: Data(text.utf8))
        // hashlib.sha256("".join(f"{len(t.encode())}:{t}," for t in ["B", "", "a", "b", "Łódź", "東京\n"]).encode())
        #expect(identity.fingerprint == "60a36d1cecf6bfbdfe2b57700e00e61bf53e79b31e3c694dba5be1751585c356")
        let plain = try self.identity()
        let stored = try JSONDecoder().decode(RenderIdentity.self, from: JSONEncoder().encode(plain))
        #expect(stored == plain)
    }
}
