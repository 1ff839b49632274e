import DiffusionModels
import Tensors

/// The same weights in another packaging.
struct ModelVariantCheck: Check {
    let keys: Set<String> = ["model", "variant", "unet_only", "t", "prompt", "tensors"]

    func run(_ description: CaseDescription, on backend: any ComputeBackend) async throws -> Comparison {
        let golden = try GoldenTensors(description.path("expected"))
        let tolerance = try description.tolerance()
        let folder = try description.path("model")
        let variant = try description.optionalString("variant")
        let timestep = try description.double("t")
        var comparison = Comparison()
        if try description.bool("unet_only") {
            let unet = try UNet.load(folder: folder + "/unet", variant: variant).network
            try comparison.compare(
                "out", unet.prediction(golden, "0.", timestep: timestep, on: backend), golden.tensor("0.out"), tolerance
            )
            return comparison
        }
        let model = try DiffusionModel.load(folder: folder, variant: variant)
        try comparison.compare(
            "out", model.unet.prediction(golden, "", timestep: timestep, on: backend), golden.tensor("out"), tolerance)
        if golden.contains("z") {
            let z = try golden.picture("z", channels: model.autoencoder.configuration.latentChannels).divided(
                by: model.autoencoder.configuration.scalingFactor)
            try comparison.compare(
                "decoded", model.autoencoder.decode(z, on: backend).channelsFirst(), golden.tensor("decoded"), tolerance
            )
        }
        if golden.contains("context_of_prompt") {
            let encoding = model.prompts.encode(try description.string("prompt"), on: backend)
            try comparison.compare(
                "context_of_prompt", encoding.context, golden.tensor("context_of_prompt"), tolerance)
            if golden.contains("pooled_of_prompt") {
                guard let pooled = encoding.pooled else { throw CaseFailure("the model has no pooled embedding") }
                try comparison.compare("pooled_of_prompt", pooled, golden.tensor("pooled_of_prompt"), tolerance)
            }
        }
        try golden.requireAllRead()
        return comparison
    }
}
