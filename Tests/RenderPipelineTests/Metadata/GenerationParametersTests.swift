import DiffusionModels
import Foundation
import RenderPipeline
import Testing

/// The settings as AUTOMATIC1111's web UI writes them, read as it reads them (`infotext_utils.py`,
/// `parse_generation_parameters`).
struct GenerationParametersTests {
    private struct Parsed {
        var prompt: String
        var negative: String
        var values: [String: String]

        init(_ text: String) throws {
            var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
            values = try Self.settings(lines.removeLast())
            var (prompt, negative): ([String], [String]) = ([], [])
            var isNegative = false
            for line in lines {
                if line.hasPrefix("Negative prompt:") {
                    isNegative = true
                    negative.append(
                        String(line.dropFirst("Negative prompt:".count)).trimmingCharacters(in: .whitespaces))
                } else if isNegative {
                    negative.append(line)
                } else {
                    prompt.append(line)
                }
            }
            self.prompt = prompt.joined(separator: "\n")
            self.negative = negative.joined(separator: "\n")
        }

        private static func settings(_ line: String) throws -> [String: String] {
            var values: [String: String] = [:]
            for match in line.matches(of: #/\s*(\w[\w \-\/]+):\s*("(?:\\.|[^\\"])+"|[^,]*)(?:,|$)/#) {
                var value = String(match.2)
                if value.hasPrefix("\""), value.hasSuffix("\"") {
                    value = try JSONDecoder().decode(String.self, from: Data(value.utf8))
                }
                values[String(match.1)] = value
            }
            return values
        }
    }

    private func text(
        _ record: RenderRecord, scheduler: SamplerConfiguration = SamplerConfiguration()
    ) throws -> String {
        let texts = try record.texts(scheduler: scheduler)
        #expect(texts.map(\.key) == ["parameters", "apldm"])
        return texts[0].value
    }

    @Test func theTextIsAsTheWebUIWritesIt() throws {
        let record = RecordFixture.record { $0.negativePrompt = "blurry, dark" }
        #expect(
            try text(record) == """
                a lake
                Negative prompt: blurry, dark
                Steps: 50, Sampler: Euler, Schedule type: Uniform, CFG scale: 7.5, Seed: 3, Size: 2048x1024, \
                Model hash: 0123456789, Model: landscape, RNG: CPU, Method: AP-LDM, Version: apldm 0.1.0
                """)
    }

    @Test(
        arguments: [
            "a lake", "two\nlines, and: more", "a sign that says Negative prompt: none", "a 🗼 in 東京, née",
            "Steps: 3, Sampler: Euler a, Seed: 4", "quotes \" and \\", "(weights:1.2), [a|b]", "\ttabs\t",
        ], [nil, "", "bad, worse: worst", "two\nlines 🗿"] as [String?])
    func awkwardPromptsComeBack(prompt: String, negative: String?) throws {
        let record = RecordFixture.record {
            $0.prompt = prompt
            $0.negativePrompt = negative
        }
        let parsed = try Parsed(text(record))
        #expect(parsed.prompt == prompt)
        #expect(parsed.negative == negative ?? "")
        #expect(parsed.values["Steps"] == "50")
        #expect(parsed.values["Size"] == "2048x1024")
        #expect(parsed.values["Seed"] == "3")
        #expect(parsed.values["Version"] == "apldm 0.1.0")
    }

    @Test(arguments: ["a, b", "C: drive", "\"quoted\", too", "two\nlines", "back\\slash, comma", "plain", "🗼: x"])
    func namesThatWouldEndAValueAreQuoted(name: String) throws {
        var record = RecordFixture.record()
        record.model.name = name
        let parsed = try Parsed(text(record))
        #expect(parsed.values["Model"] == name)
        #expect(parsed.values["RNG"] == "CPU")
    }

    @Test(arguments: [
        (SamplerKind.euler, "Euler"), (.eulerAncestral, "Euler a"), (.ddim, "DDIM"), (.dpmpp2M, "DPM++ 2M"),
    ])
    func samplersHaveTheNamesOfTheWebUI(kind: SamplerKind, name: String) throws {
        let record = RecordFixture.record { $0.sampler = kind }
        #expect(try Parsed(text(record)).values["Sampler"] == name)
    }

    @Test func theModelFoldersScheduleIsNamed() throws {
        var scheduler = SamplerConfiguration()
        scheduler.usesKarrasSigmas = true
        #expect(try Parsed(text(RecordFixture.record(), scheduler: scheduler)).values["Schedule type"] == "Karras")
        let overridden = RecordFixture.record { $0.samplerOverrides.usesKarrasSigmas = false }
        #expect(try Parsed(text(overridden, scheduler: scheduler)).values["Schedule type"] == "Uniform")
        let ddim = RecordFixture.record { $0.sampler = .ddim }
        #expect(try Parsed(text(ddim, scheduler: scheduler)).values["Schedule type"] == "Uniform")
    }

    @Test func whatPNGCannotHoldIsReplaced() throws {
        #expect(try text(RecordFixture.record { $0.prompt = "a\0b" }).hasPrefix("a\u{FFFD}b\n"))
    }

    @Test func anEmptyPromptLeavesNoEmptyLine() throws {
        #expect(try text(RecordFixture.record { $0.prompt = "" }).hasPrefix("Steps: 50"))
    }
}
