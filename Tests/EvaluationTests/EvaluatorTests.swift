import DiffusionModels
import Evaluation
import Foundation
import RenderPipeline
import Tensors
import Testing

/// An evaluation is written down, and goes on where it was interrupted.
@Suite struct EvaluatorTests {
    private static func evaluate(_ folder: String, scenes: Int) async throws -> (EvaluationReport, [String]) {
        let locator = ModelLocator(environment: [:])
        let model = try DiffusionModel.load(folder: locator.folder(of: ModelLocator.embeddedModel), variant: nil)
        let backend = CPUBackend(threads: 2)
        let identity = ModelIdentity(
            name: "landscape", family: model.family.name, sha256: String(repeating: "0", count: 64), variants: [:])
        let device = Evaluator.Device(
            model: model, identity: identity,
            scheduler: try SamplerConfiguration(schedulerFile: model.schedulerConfigurationPath), backend: backend,
            executor: LocalExecutor(model: model, backend: backend), program: "test")
        let methods: [EvaluatedMethod] = [
            EvaluatedMethod(.apldm), EvaluatedMethod(.bicubic), EvaluatedMethod(.direct),
            EvaluatedMethod(.apldm, EvaluatedMethod.Setting(.gamma, 0.01)),
        ]
        let settings = EvaluationSettings(
            seeds: (1...UInt64(scenes)).map { $0 }, edge: 320, methods: methods, steps: 5, guidanceScale: 5,
            referenceCount: 3, lessonCount: 40, folder: folder)
        var lines: [String] = []
        let report = try await Evaluator(settings, device: device).run(
            memory: (.max, false), writing: { try $0() }, progress: { lines.append($0.text) })
        return (report, lines)
    }

    @Test("Pictures that are there are not rendered again, and the report is the same")
    func goesOn() async throws {
        let folder = FileManager.default.temporaryDirectory.path + "/evaluation-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        _ = try await Self.evaluate(folder, scenes: 1)
        let (report, lines) = try await Self.evaluate(folder, scenes: 2)
        #expect(lines.count { $0.hasPrefix("scene 1/2") && $0.hasSuffix("was there") } == 4)
        #expect(lines.count { $0.hasPrefix("scene 2/2") && $0.hasSuffix("was there") } == 0)
        #expect(report.methods.map(\.name) == ["apldm", "bicubic", "direct", "gamma=0.01"])
        #expect(report.methods.allSatisfy { $0.discCounts.count == 2 && ($0.cost?.unetOperations ?? 0) > 0 })

        let (again, _) = try await Self.evaluate(folder, scenes: 2)
        #expect(try again.json() == report.json())
        let stored = try String(contentsOfFile: folder + "/report.json", encoding: .utf8)
        #expect(try stored == report.json() + "\n")
        let text = try String(contentsOfFile: folder + "/report.md", encoding: .utf8)
        for name in ["true", "apldm", "bicubic", "direct", "gamma=0.01"] {
            #expect(text.contains("![\(name)](\(name).png)"))
            #expect(FileManager.default.fileExists(atPath: "\(folder)/\(name).png"))
        }
    }
}
