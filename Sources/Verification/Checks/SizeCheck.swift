import DiffusionModels
import FoundationEssentials
import RenderPipeline
import Tensors

/// Sizes of stages and where they start, exactly.
struct SizeCheck: Check {
    let keys: Set<String> = ["n"]

    func run(_ description: CaseDescription, on backend: any ComputeBackend) async throws -> Comparison {
        let data = try Data(contentsOf: URL(filePath: description.path("expected")))
        let fields = try JSONDecoder().decode([String: JSONValue].self, from: data)
        let golden = CaseDescription(id: description.id, folder: description.folder, fields: fields)
        try golden.refuseKeys(otherThan: ["schedules", "starts"])
        var comparison = Comparison()
        for item in try golden.objects("schedules") { try compare(item, &comparison) }
        for item in try golden.objects("starts") {
            try item.refuseKeys(otherThan: ["T", "init_rate", "eta2", "start"])
            let start: SubstageStart =
                try item.optionalDouble("init_rate").map(SubstageStart.initRate) ?? .eta2(item.double("eta2"))
            comparison.require(
                "\(item.fields)", try start.index(steps: item.integer("T", in: 1...1_000_000)),
                equals: try item.integer("start"))
        }
        return comparison
    }

    private func compare(_ item: CaseDescription, _ comparison: inout Comparison) throws {
        try item.refuseKeys(
            otherThan: ["H", "W", "n", "native", "mode", "time_ids", "latent0", "sizes", "areas", "unit"])
        let target = Extent(height: try item.integer("H"), width: try item.integer("W"))
        guard let mode = SizeSchedule.Mode(rawValue: try item.string("mode")) else {
            throw CaseFailure("unknown mode \(try item.string("mode"))")
        }
        let schedule = try SizeSchedule(
            target: target, substages: item.integer("n"), nativeEdge: item.integer("native"), mode: mode,
            vaeFactor: try item.vaeFactor)
        let name = "\(target) n \(try item.integer("n")) \(mode)"
        comparison.require(
            name, [schedule.conditioning.height, schedule.conditioning.width],
            equals: try item.integers("time_ids") ?? [])
        comparison.require(
            name, [schedule.latents.height, schedule.latents.width], equals: try item.integers("latent0") ?? [])
        let sizes = try (item.list("sizes") ?? []).map { value in
            guard case .array(let pair) = value else { throw CaseFailure("'sizes' holds \(value)") }
            return try pair.map { try $0.asDouble("sizes") }
        }
        comparison.require(
            name, schedule.substages.map { [Double($0.height), Double($0.width)] }, equals: sizes)
        try comparison.compare(
            name + " areas", schedule.substageAreas, try item.doubles("areas") ?? [],
            Tolerance(absolute: 0, relative: 1e-6))
    }
}

extension CaseDescription {
    /// Pixels a latent cell: a power of two, 8 where it is not given.
    fileprivate var vaeFactor: Int {
        get throws {
            guard value("unit") != nil else { return 8 }
            let unit = try integer("unit", in: 1...1024)
            guard unit & (unit - 1) == 0 else { throw CaseFailure("'unit' is \(unit), not a power of two") }
            return unit
        }
    }
}
