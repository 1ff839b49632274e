import FoundationEssentials
import RenderPipeline

/// What `--plan` prints: the stages, and what they will take.
struct PlanReport: Encodable {
    private var pictures: [Picture] = []
    /// Bytes that tensors may take beside the weights.
    private let memoryBudgetBytes: Int

    private struct Picture: Encodable {
        var height: Int
        var width: Int
        var seed: UInt64
        var stages: [Stage]
        var operations: Double
        var leastMemoryBytes: Int
        var comfortableMemoryBytes: Int
        var fits: Bool
        var seconds: Double
    }

    private struct Stage: Encodable {
        var height: Int
        var width: Int
        var latents: [Int]
        var steps: Int
        /// UNet passes for each prediction: 1 for the whole.
        var windows: Int
        var tiles: Int
        var operations: StageCost.Operations
        var leastMemoryBytes: Int
        var comfortableMemoryBytes: Int
        var seconds: Double
    }

    init(memory: MemoryBudget) { memoryBudgetBytes = memory.bytes }

    mutating func add(_ plan: RenderPlan, _ resources: ResourcePlan, speed: HostSpeed) {
        let stages = zip(plan.stages, resources.stages).map { stage, cost in
            Stage(
                height: stage.size.height, width: stage.size.width,
                latents: [stage.latents.height, stage.latents.width], steps: stage.stepCount, windows: cost.passes,
                tiles: cost.tiles, operations: cost.operations,
                leastMemoryBytes: cost.needs.map(\.least).max() ?? 0,
                comfortableMemoryBytes: cost.needs.map(\.comfortable).max() ?? 0, seconds: speed.seconds(for: cost))
        }
        pictures.append(
            Picture(
                height: plan.request.size.height, width: plan.request.size.width, seed: plan.request.seed,
                stages: stages, operations: stages.reduce(0) { $0 + $1.operations.total },
                leastMemoryBytes: resources.leastMemory, comfortableMemoryBytes: resources.comfortableMemory,
                fits: resources.leastMemory <= memoryBudgetBytes, seconds: stages.reduce(0) { $0 + $1.seconds }))
    }

    func text() -> String { pictures.map(text).joined(separator: "\n\n") }

    private func text(_ picture: Picture) -> String {
        let hasWindows = picture.stages.contains { $0.windows > 1 }
        let head =
            ["stage", "size", "latents", "steps"] + (hasWindows ? ["windows"] : [])
            + ["tiles", "encode", "denoise", "decode", "memory", "time"]
        var rows = [head]
        for (index, stage) in picture.stages.enumerated() {
            let sizes = [
                "\(index + 1)", "\(stage.height)x\(stage.width)", "\(stage.latents[0])x\(stage.latents[1])",
                "\(stage.steps)",
            ]
            let costs = [
                "\(stage.tiles)", Self.operations(stage.operations.encode), Self.operations(stage.operations.denoise),
                Self.operations(stage.operations.decode), ResourcePlan.text(stage.leastMemoryBytes),
                ProgressReporter.duration(stage.seconds),
            ]
            rows.append(sizes + (hasWindows ? ["\(stage.windows)"] : []) + costs)
        }
        let widths = head.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        let table = rows.map { row in
            zip(row, widths).map { $0.padded(to: $1) }.joined(separator: "  ").trimmedRight
        }
        let memory = [
            "needs \(ResourcePlan.text(picture.leastMemoryBytes)) beside the weights, "
                + "\(ResourcePlan.text(picture.comfortableMemoryBytes)) to keep every tile in memory; "
                + (memoryBudgetBytes == .max ? "" : "\(ResourcePlan.text(memoryBudgetBytes)) may be used")
                + (picture.fits ? "" : ": too little"),
            "\(Self.operations(picture.operations)) in about \(ProgressReporter.duration(picture.seconds))",
        ]
        return (table + memory).joined(separator: "\n")
    }

    /// Multiplications and additions for a person.
    private static func operations(_ count: Double) -> String {
        if count == 0 { return "" }
        for (unit, name) in [(1e15, "PFLOP"), (1e12, "TFLOP")] where count >= unit {
            return "\((count / unit * 10).rounded() / 10) \(name)"
        }
        return "\(Int((count / 1e9).rounded(.up))) GFLOP"
    }
}

extension String {
    fileprivate var trimmedRight: String {
        var text = self[...]
        while text.last == " " { text = text.dropLast() }
        return String(text)
    }
}
