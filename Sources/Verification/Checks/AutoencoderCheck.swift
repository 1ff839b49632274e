import DiffusionModels
import RenderPipeline
import Tensors

/// Whole and tiled encodes and decodes.
struct AutoencoderCheck: Check {
    let keys: Set<String> = ["model", "scaling_factor", "tiled_decode", "tiled_decode_lowvram", "tiled_encode"]

    func run(_ description: CaseDescription, on backend: any ComputeBackend) async throws -> Comparison {
        let golden = try GoldenTensors(description.path("expected"))
        let tolerance = try description.tolerance()
        let autoencoder = try Autoencoder.load(folder: description.path("model") + "/vae").network
        let factor = Float(
            try description.optionalDouble("scaling_factor") ?? Double(autoencoder.configuration.scalingFactor))
        let (latents, unit) = (autoencoder.configuration.latentChannels, autoencoder.configuration.factor)
        var comparison = Comparison()
        for name in golden.names where !name.hasPrefix("tiled.") {
            let prefix = String(name.prefix { $0 != "." })
            if name.hasSuffix(".z") {
                let found = autoencoder.decode(
                    try golden.picture(name, channels: latents).divided(by: factor), on: backend)
                try comparison.compare(
                    prefix + ".decoded", found.channelsFirst(), golden.tensor(prefix + ".decoded"), tolerance)
            } else if name.hasSuffix(".image") {
                let posterior = autoencoder.posterior(
                    of: try golden.picture(name, channels: 3, multipleOf: unit), on: backend)
                try comparison.compare(
                    prefix + ".mean", posterior.mean.channelsFirst(), golden.tensor(prefix + ".mean"), tolerance)
                try comparison.compare(
                    prefix + ".logvar", posterior.logVariance.channelsFirst(), golden.tensor(prefix + ".logvar"),
                    tolerance)
            }
        }
        if golden.contains("tiled.z") {
            let z = try golden.picture("tiled.z", channels: latents).divided(by: factor)
            if golden.contains("tiled.decoded") {
                guard let tiling = try DecodeTiling(reference: description.object("tiled_decode")) else {
                    throw CaseFailure("'tiled_decode' is missing")
                }
                try comparison.compare(
                    "tiled.decoded", autoencoder.decode(z, tiling: tiling, on: backend).channelsFirst(),
                    golden.tensor("tiled.decoded"), tolerance)
            }
            if golden.contains("tiled.decoded_lowvram") {
                guard let tiling = try DecodeTiling(reference: description.object("tiled_decode_lowvram")) else {
                    throw CaseFailure("'tiled_decode_lowvram' is missing")
                }
                let part = z.cropped(top: 0, left: 0, height: tiling.core + 5, width: tiling.core + 3)
                try comparison.compare(
                    "tiled.decoded_lowvram", autoencoder.decode(part, tiling: tiling, on: backend).channelsFirst(),
                    golden.tensor("tiled.decoded_lowvram"), tolerance)
            }
        }
        if golden.contains("tiled.image") {
            guard let tiling = try EncodeTiling(reference: description.object("tiled_encode")) else {
                throw CaseFailure("'tiled_encode' is missing")
            }
            let mean = autoencoder.posteriorMean(
                of: try golden.picture("tiled.image", channels: 3, multipleOf: unit), tiling: tiling, on: backend)
            try comparison.compare("tiled.mean", mean.channelsFirst(), golden.tensor("tiled.mean"), tolerance)
        }
        try golden.requireAllRead()
        return comparison
    }
}
