import FoundationEssentials
import RenderPipeline
import Tensors
import TestSupport
import Testing

/// One case of the `scheduler` fixtures: the tables of a sampler and, mostly, a run with recorded predictions.
struct RecordedSamplerRun: Decodable, CustomTestStringConvertible, Sendable {
    let number: Int
    let kind: SamplerKind
    let configuration: SamplerConfiguration
    let steps: Int
    let start: Int
    let initialNoiseScale: Float
    let hasTrajectory: Bool

    private enum CodingKeys: String, CodingKey {
        case number = "k"
        case kind = "sampler"
        case configuration = "config"
        case steps = "T"
        case start
        case initialNoiseScale = "init_noise_sigma"
        case hasTrajectory = "trajectory"
    }

    init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        number = try values.decode(Int.self, forKey: .number)
        kind = try values.decode(SamplerKind.self, forKey: .kind)
        configuration = try values.decode(SamplerConfiguration.self, forKey: .configuration)
        steps = try values.decode(Int.self, forKey: .steps)
        start = try values.decode(Int.self, forKey: .start)
        initialNoiseScale = try values.decode(Float.self, forKey: .initialNoiseScale)
        hasTrajectory = try values.decodeIfPresent(Bool.self, forKey: .hasTrajectory) ?? false
    }

    var testDescription: String {
        let prediction = configuration.predictionType?.rawValue ?? "-"
        let spacing = configuration.timestepSpacing?.rawValue ?? "-"
        let karras = configuration.usesKarrasSigmas == true ? " karras" : ""
        return "\(number): \(kind.rawValue) \(prediction) \(spacing)\(karras) \(start)..<\(steps)"
    }

    func sampler() throws -> any Sampler { try kind.sampler(configuration: configuration, steps: steps) }

    static let all: [RecordedSamplerRun] = {
        struct Manifest: Decodable {
            struct Case: Decodable {
                let kind: String
                let cases: [RecordedSamplerRun]?

                private enum CodingKeys: CodingKey { case kind, cases }

                init(from decoder: any Decoder) throws {
                    let values = try decoder.container(keyedBy: CodingKeys.self)
                    kind = try values.decode(String.self, forKey: .kind)
                    cases = kind == "scheduler" ? try values.decode([RecordedSamplerRun].self, forKey: .cases) : nil
                }
            }
            let cases: [Case]
        }
        do {
            let text = try Data(contentsOf: GoldenFile.folder.appending(path: "manifest.json"))
            return try JSONDecoder().decode(Manifest.self, from: text).cases.flatMap { $0.cases ?? [] }
        } catch {
            Issue.record(error)
            return []
        }
    }()
}
