import DiffusionModels
import FoundationEssentials
import RenderPipeline
import Tensors

/// γ of every guided step, and the windows of the filter.
struct GuidanceScheduleCheck: Check {
    let keys: Set<String> = []

    func run(_ description: CaseDescription, on backend: any ComputeBackend) async throws -> Comparison {
        let data = try Data(contentsOf: URL(filePath: description.path("expected")))
        let fields = try JSONDecoder().decode([String: JSONValue].self, from: data)
        let golden = CaseDescription(id: description.id, folder: description.folder, fields: fields)
        try golden.refuseKeys(otherThan: ["gamma", "windows"])
        let tolerance = try description.tolerance()
        var comparison = Comparison()
        for item in try golden.objects("gamma") {
            try item.refuseKeys(otherThan: ["T", "ag", "steps"])
            let guidance = try AttentiveGuidance(reference: item.object("ag"))
            let steps = try GuidanceSchedule(
                scale: guidance.scale, form: guidance.form, samplerSteps: item.integer("T", in: 1...100_000)
            ).steps
            let expected = try Self.pairs(item.list("steps") ?? [])
            comparison.require("guided steps", steps.map { Double($0.index) }, equals: expected.map { $0[0] })
            try comparison.compare("gamma", steps.map { Double($0.gamma) }, expected.map { $0[1] }, tolerance)
        }
        for item in golden.value("windows") == nil ? [] : try golden.objects("windows") {
            try item.refuseKeys(otherThan: ["N", "h", "w", "filter", "windows"])
            let windows = try FrequencyFilter(reference: item.list("filter") ?? []).windows(
                count: item.integer("N", in: 1...100_000),
                size: Extent(height: item.integer("h", in: 1...1_000_000), width: item.integer("w", in: 1...1_000_000)))
            comparison.require(
                "windows", windows.map { [Double($0.rows), Double($0.columns)] },
                equals: try Self.pairs(item.list("windows") ?? []))
        }
        return comparison
    }

    private static func pairs(_ values: [JSONValue]) throws -> [[Double]] {
        try values.map { value in
            guard case .array(let pair) = value, pair.count == 2 else { throw CaseFailure("\(value) is not a pair") }
            return try pair.map { try $0.asDouble("pair") }
        }
    }
}
