import DiffusionModels
import Tensors

/// UNet passes.
struct UNetCheck: Check {
    let keys: Set<String> = ["model", "cases"]

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
        let x = try golden.picture(prefix + "x", channels: configuration.inputChannels)
        let context = try golden.tensor(prefix + "context")
        let width = configuration.levels[0].contextWidth
        guard context.shape.count == 3, context.shape[0] == x.shape[0], context.shape[1] > 0, context.shape[2] == width
        else { throw CaseFailure("\(prefix)context has the shape \(context.shape)") }
        var conditioning = UNetConditioning(memory: memory(of: context, on: backend))
        if let addition = configuration.addition {
            let width = addition.inputWidth - 6 * addition.timeWidth
            conditioning.pooled = try golden.tensor(prefix + "text_embeds", shape: [x.shape[0], width])
            let ids = try golden.tensor(prefix + "time_ids", shape: [x.shape[0], 6])
            conditioning.timeIDs = (0..<ids.shape[0]).map { ids.batchItem($0).values }
        }
        return self(x, timestep: Float(timestep), conditioning: conditioning, on: backend).channelsFirst()
    }
}
