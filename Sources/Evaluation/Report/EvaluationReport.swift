import DiffusionModels
import FoundationEssentials
import RenderPipeline
import Tensors

/// What an evaluation found, and on what.
public struct EvaluationReport: Sendable, Codable {
    /// The model's name.
    public var model: String
    /// The digest of its files.
    public var modelSHA256: String
    /// The numerics class.
    public var numerics: String
    /// The program's version.
    public var program: String
    /// Pixels an edge.
    public var edge: Int
    /// Pixels an edge that the model was trained on.
    public var nativeEdge: Int
    /// Sampling steps of stage one.
    public var steps: Int
    /// Classifier-free guidance.
    public var guidanceScale: Double
    /// The seeds of the scenes and of the noise.
    public var seeds: [UInt64]
    /// The captions in the order of the seeds.
    public var captions: [String]
    /// How many other true pictures distances are measured to.
    public var referenceCount: Int
    /// How often each attribute is read rightly from painted pictures, softened and blotched ones among them; those below
    /// the least are not used.
    public var attributeAccuracy: [String: Double]
    /// The painted pictures of the same captions, measured like the others: what a perfect method would get.
    public var truth: MethodReport
    /// The methods in the order asked for.
    public var methods: [MethodReport]

    init(
        _ settings: EvaluationSettings, _ device: Evaluator.Device, _ truths: TruePictures,
        _ rows: [MethodReport.Source]
    ) {
        model = device.identity.name
        modelSHA256 = device.identity.sha256
        numerics = device.backend.numericsClass
        program = device.program
        edge = settings.edge
        nativeEdge = ModelProperties(device.model).nativeSize
        steps = settings.steps
        guidanceScale = settings.guidanceScale
        seeds = settings.seeds
        captions = settings.seeds.map { Scene(seed: $0).caption() }
        referenceCount = settings.referenceCount
        attributeAccuracy = Dictionary(
            uniqueKeysWithValues: truths.reader.accuracy.map { ($0.key.rawValue, $0.value) })
        let direct = rows.first { $0.method == EvaluatedMethod(.direct) }?.pictures
        truth = MethodReport("true", truths.same, cost: nil, truths: truths, direct: direct)
        methods = rows.map { row in
            let stages = row.plan.map { ResourcePlan($0, model: device.model).stages } ?? []
            return MethodReport(
                row.method.name, row.pictures,
                cost: MethodReport.Cost(stages, row.pictures.compactMap(\.effort)), truths: truths, direct: direct)
        }
    }

    /// As JSON, with sorted keys.
    public func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }

    /// Writes the report for people and for programs, and a sheet of small pictures for each method.
    func write(to folder: String, _ truths: TruePictures, _ rows: [MethodReport.Source]) throws {
        try Self.replace("\(folder)/report.json", by: try json() + "\n")
        try Self.replace("\(folder)/report.md", by: text())
        try ContactSheet.image(of: truths.same.map(\.thumbnail)).write(pngFile: "\(folder)/true.png")
        for row in rows {
            try ContactSheet.image(of: row.pictures.map(\.thumbnail))
                .write(pngFile: "\(folder)/\(row.method.name).png")
        }
    }

    private static func replace(_ path: String, by text: String) throws {
        do {
            try Data(text.utf8).write(to: URL(filePath: path), options: .atomic)
        } catch {
            throw RequestError(
                option: "--output", problem: "\(path) cannot be written", remedy: "choose another folder, or make room")
        }
    }
}
