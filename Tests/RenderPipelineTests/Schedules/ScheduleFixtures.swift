import FoundationEssentials
import RenderPipeline
import TestSupport
import Testing

/// `sizes/sizes.json`.
struct SizeFixtures: Decodable {
    struct Schedule: Decodable, CustomTestStringConvertible, Sendable {
        let H: Int
        let W: Int
        let n: Int
        let native: Int
        let mode: SizeSchedule.Mode
        let time_ids: [Int]
        let latent0: [Int]
        let sizes: [[Int]]
        let areas: [Double]
        var testDescription: String { "\(H)x\(W), \(n) sub-stages, native \(native), \(mode)" }
    }
    struct Start: Decodable, CustomTestStringConvertible, Sendable {
        let T: Int
        let init_rate: Double?
        let eta2: Double?
        let start: Int
        var testDescription: String { "T \(T), init_rate \(init_rate ?? .nan), eta2 \(eta2 ?? .nan)" }
    }
    let schedules: [Schedule]
    let starts: [Start]

    static let all = load("sizes/sizes.json", orElse: SizeFixtures(schedules: [], starts: []))
}

/// `pfsa/schedules.json`.
struct GuidanceFixtures: Decodable {
    struct Gamma: Decodable, CustomTestStringConvertible, Sendable {
        let T: Int
        let ag: Options
        let steps: [[Double]]
        var testDescription: String { "T \(T), \(ag)" }
    }
    struct Windows: Decodable, CustomTestStringConvertible, Sendable {
        let N: Int
        let h: Int
        let w: Int
        let filter: FrequencyFilter
        let windows: [[Int]]
        var testDescription: String { "N \(N), \(h)x\(w), \(filter)" }

        private enum CodingKeys: CodingKey { case N, h, w, filter, windows }

        init(from decoder: any Decoder) throws {
            let values = try decoder.container(keyedBy: CodingKeys.self)
            N = try values.decode(Int.self, forKey: .N)
            h = try values.decode(Int.self, forKey: .h)
            w = try values.decode(Int.self, forKey: .w)
            windows = try values.decode([[Int]].self, forKey: .windows)
            var filter = try values.nestedUnkeyedContainer(forKey: .filter)
            self.filter = FrequencyFilter(
                kind: try filter.decode(FrequencyFilter.Kind.self), start: try filter.decode(Double.self))
        }
    }
    /// The fields of the reference's `AttentiveGuidance` that decide the schedule, with its defaults.
    struct Options: Decodable, Sendable {
        var scale = 0.004
        let form: GuidanceForm

        private enum CodingKeys: CodingKey { case scale, form, density, decay, eta1, beta }

        init(from decoder: any Decoder) throws {
            let values = try decoder.container(keyedBy: CodingKeys.self)
            scale = try values.decodeIfPresent(Double.self, forKey: .scale) ?? 0.004
            if try values.decodeIfPresent(String.self, forKey: .form) == "paper" {
                form = .paper(
                    delay: try values.decodeIfPresent(Double.self, forKey: .eta1) ?? 0.06,
                    exponent: try values.decodeIfPresent(Double.self, forKey: .beta) ?? 3)
                return
            }
            let density = try? values.decode([Double].self, forKey: .density)
            var decay: GuidanceDecay?
            if values.contains(.decay), try !values.decodeNil(forKey: .decay) {
                var parts = try values.nestedUnkeyedContainer(forKey: .decay)
                decay = GuidanceDecay(
                    kind: try parts.decode(GuidanceDecay.Kind.self), minimum: try parts.decode(Double.self),
                    factor: try parts.decode(Double.self))
            }
            form = .official(density: density.map { .stretches($0) } ?? .all, decay: decay)
        }
    }
    let gamma: [Gamma]
    let windows: [Windows]

    static let all = load("pfsa/schedules.json", orElse: GuidanceFixtures(gamma: [], windows: []))
}

private func load<Fixtures: Decodable>(_ path: String, orElse none: Fixtures) -> Fixtures {
    do {
        return try JSONDecoder().decode(
            Fixtures.self, from: try Data(contentsOf: GoldenFile.folder.appending(path: path)))
    } catch {
        Issue.record(error)
        return none
    }
}
