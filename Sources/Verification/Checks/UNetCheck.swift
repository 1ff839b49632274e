import DiffusionModels
import Tensors

/// UNet passes.
struct UNetCheck: Check {
    func run(_ description: CaseDescription, on backend: any ComputeBackend) async throws -> Comparison {
        let golden = try GoldenTensors(description.path("expected"))
        let tolerance = try description.tolerance()
        let unet = try UNet.load(folder: description.path("model") + "/unet").network
        var comparison = Comparison()
        for item in try description.objects("cases") {
            try item.refuseKeys(otherThan: ["k", "shape", "t"])
            let prefix = "\(try item.integer("k"))."
            try comparison.compare(
                prefix + "out", unet.prediction(golden, prefix, timestep: item.double("t"), on: backend),
                golden.tensor(prefix + "out"), tolerance)
        }
        try golden.requireAllRead()
        return comparison
    }
}

extension UNet {
    /// The prediction for the recorded inputs under `prefix`, channels first.
    func prediction(
        _ golden: GoldenTensors, _ prefix: String, timestep: Double, on backend: any ComputeBackend
    ) throws -> Tensor {
        var conditioning = UNetConditioning(context: try golden.tensor(prefix + "context"))
        if golden.contains(prefix + "text_embeds") {
            conditioning.pooled = try golden.tensor(prefix + "text_embeds")
            let ids = try golden.tensor(prefix + "time_ids")
            conditioning.timeIDs = (0..<ids.shape[0]).map { ids.batchItem($0).values }
        }
        return self(
            try golden.picture(prefix + "x"), timestep: Float(timestep), conditioning: conditioning, on: backend
        )
        .channelsFirst()
    }
}
