import DiffusionModels
import Foundation
import RenderPipeline

/// Records to write and read.
enum RecordFixture {
    static let model = ModelIdentity(
        name: "landscape", family: "Stable Diffusion XL", sha256: String(repeating: "0123456789abcdef", count: 4),
        variants: ["unet": "fp16", "vae": "full"])

    static func record(_ change: (inout RenderRequest) -> Void = { _ in }) -> RenderRecord {
        var request = RenderRequest(prompt: "a lake", size: Extent(height: 1024, width: 2048), seed: 3)
        change(&request)
        return RenderRecord(program: "0.1.0", model: model, request: request, numerics: "cpu/avx2")
    }

    /// A record in which every setting is drawn by lot.
    static func random(_ generator: inout SeededGenerator) -> RenderRecord {
        var lots = Lots(generator: generator)
        defer { generator = lots.generator }
        var request = RenderRequest(prompt: lots.text(), size: lots.extent(), seed: lots.generator.next())
        request.negativePrompt = lots.maybe { $0.text() }
        request.method = lots.choice()
        request.steps = lots.integer(1...1000)
        request.resampleSteps = lots.maybe { $0.integer(1...1000) }
        request.substages = lots.maybe { lots in
            (0..<lots.integer(0...4)).map { _ in
                lots.flag() ? .eta2(lots.number()) : .initRate(lots.number())
            }
        }
        request.guidanceScale = lots.number() * 20
        request.guidanceRescale = lots.number()
        request.sizeMode = lots.choice()
        request.nativeSize = lots.maybe { $0.integer(8...2048) }
        request.sampler = lots.choice()
        request.samplerOverrides = lots.settings()
        request.attentiveGuidance = lots.guidance()
        request.initialPicture = lots.maybe {
            InitialPicture(size: $0.extent(), sha256: $0.digest(), background: $0.maybe { _ in "#00fFa9" })
        }
        request.tileCore = lots.maybe { $0.integer(1...1024) }
        request.decodeTiling = lots.maybe { lots in
            DecodeTilingRule(
                geometry: lots.maybe { lots in
                    let core = lots.integer(1...64)
                    return DecodeTiling(core: core, context: lots.integer(0...64), stride: lots.integer(1...core))
                }, largestWholeArea: lots.integer(-1...Int.max))
        }
        request.encodeTiling = lots.maybe { lots in
            EncodeTilingRule(
                geometry: lots.maybe { EncodeTiling(tile: $0.integer(64...2048), overlap: $0.number() * 0.8) },
                smallestTiledArea: lots.integer(0...Int.max))
        }
        request.latentWindows = lots.maybe { LatentWindowRule(overlap: $0.maybe { $0.integer(0...4096) }) }
        let model = ModelIdentity(
            name: "m" + lots.text().filter { $0 != "/" && $0 != "\0" }.prefix(40), family: lots.text(),
            sha256: lots.digest(), variants: lots.flag() ? ["unet": "fp16"] : [:])
        return RenderRecord(
            program: lots.text(), model: model, request: request, initialLatents: lots.maybe { $0.digest() },
            numerics: lots.text())
    }
}

/// Values drawn by lot.
private struct Lots {
    var generator: SeededGenerator

    /// One of the characters.
    mutating func pick(_ letters: String) -> Character { letters.randomElement(using: &generator) ?? "a" }
    mutating func flag() -> Bool { Bool.random(using: &generator) }
    mutating func integer(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &generator) }
    mutating func number() -> Double { Double.random(in: 0...1, using: &generator) }
    mutating func choice<Choice: CaseIterable>() -> Choice {
        let all = Array(Choice.allCases)
        return all[integer(0...all.count - 1)]
    }
    mutating func maybe<Value>(_ draw: (inout Lots) -> Value) -> Value? { flag() ? draw(&self) : nil }
    mutating func extent() -> Extent { Extent(height: integer(1...65536), width: integer(1...65536)) }
    mutating func digest() -> String {
        String((0..<64).map { _ in pick("0123456789abcdef") })
    }
    mutating func text() -> String {
        let letters = "ab ,:\"\\\n\r\t/é\u{301}東🗼\0\u{7F}\u{2028}{}[]-0"
        return String((0..<integer(0...30)).map { _ in pick(letters) })
    }

    mutating func settings() -> SamplerConfiguration {
        var settings = SamplerConfiguration()
        settings.timestepSpacing = maybe { $0.choice() }
        settings.predictionType = maybe { $0.choice() }
        settings.usesKarrasSigmas = maybe { $0.flag() }
        settings.betaSchedule = maybe { $0.choice() }
        settings.betaStart = maybe { $0.number() }
        settings.trainingTimesteps = maybe { $0.integer(1...2000) }
        settings.trainedBetas = maybe { lots in (0..<lots.integer(0...3)).map { _ in lots.number() } }
        settings.finalSigma = maybe { $0.choice() }
        settings.clipsSample = maybe { $0.flag() }
        return settings
    }

    mutating func guidance() -> AttentiveGuidance {
        let form: GuidanceForm =
            flag()
            ? .paper(delay: number(), exponent: number() * 5)
            : .official(
                density: flag() ? .all : .stretches((0..<integer(0...5)).map { _ in number() }),
                decay: maybe { GuidanceDecay(kind: $0.choice(), minimum: $0.number(), factor: $0.number()) })
        return AttentiveGuidance(
            scale: number() / 100, form: form, temperature: maybe { $0.number() }, powerCalibrate: integer(0...2),
            filter: maybe { FrequencyFilter(kind: $0.choice(), start: $0.number()) }, filterUnit: choice(),
            space: choice())
    }
}
