import DiffusionModels
import RenderPipeline
import Tensors

/// Outputs of the official AP-LDM module, with its noise.
struct OfficialParityCheck: Check {
    let keys: Set<String> = ["model", "prompt", "H", "W", "call", "native", "sampler", "png", "sizes"]

    func run(_ description: CaseDescription, on backend: any ComputeBackend) async throws -> Comparison {
        let golden = try GoldenTensors(description.path("expected"))
        let tolerance = try description.tolerance()
        guard let call = try description.object("call") else { throw CaseFailure("'call' is missing") }
        let model = try DiffusionModel.load(folder: description.path("model"))
        let executor = LocalExecutor(model: model, backend: backend)
        var request = RenderRequest(
            prompt: try description.string("prompt"),
            size: Extent(height: try description.integer("H"), width: try description.integer("W")))
        try request.apply(officialCall: call, model: executor.model)
        request.nativeSize = try description.optionalInteger("native")
        let plan = try RenderPlan(
            request, model: executor.model,
            scheduler: SamplerConfiguration(schedulerFile: model.schedulerConfigurationPath))
        let noiseNames = golden.names.filter { $0.hasPrefix("noise.") }
        let noise = try noiseNames.map { try golden.picture($0) }
        let rendered = try await Renderer(executor: executor).render(plan, inputs: RenderInputs(noise: noise))

        var comparison = Comparison()
        let outputs = [rendered.firstPicture, rendered.picture]
        let halves = outputs.map { backend.clamp($0.scaled(by: 0.5).shifted(by: 0.5), to: 0...1) }
        for (index, output) in halves.enumerated() where golden.contains("out.\(index).crop") {
            let crop = output.channelsFirst().goldenCrop(64)
            try comparison.compare(
                "out.\(index).crop", crop.reshaped(Array(crop.shape.dropFirst())), golden.tensor("out.\(index).crop"),
                tolerance)
            golden.markRead("out.\(index).stats")
        }
        try golden.requireAllRead()
        if let sizes = try description.list("sizes") {
            let found = outputs.prefix(sizes.count).map { JSONValue.array($0.shape[1...2].map { .number(Double($0)) }) }
            comparison.require("sizes", found, equals: sizes)
        }
        if let png = try description.optionalString("png") {
            try comparison.compareLevels(
                PixelImage(decoded: rendered.picture, item: 0), description.path(relative: png), largest: 1, mean: 1)
        }
        return comparison
    }
}

extension RenderRequest {
    /// Takes over the arguments of a call of the official pipeline; absent ones have its defaults.
    fileprivate mutating func apply(officialCall call: CaseDescription, model: ModelProperties) throws {
        try call.refuseKeys(
            otherThan: [
                "num_inference_steps", "num_resample_timesteps", "init_rates", "guidance_scale", "guidance_rescale",
                "negative_prompt", "attn_guidance_scale", "attn_guidance_density", "attn_guidance_decay",
                "attn_guidance_filter", "power_calibrate", "multi_decoder", "multi_encoder", "decoder_limit_area",
                "encoder_limit_area",
            ])
        sizeMode = .official
        steps = try call.optionalInteger("num_inference_steps") ?? 50
        resampleSteps = try call.optionalInteger("num_resample_timesteps") ?? 50
        substages = try (call.doubles("init_rates") ?? [0.8]).map(SubstageStart.initRate)
        guidanceScale = try call.optionalDouble("guidance_scale") ?? 5
        guidanceRescale = try call.optionalDouble("guidance_rescale") ?? 0
        negativePrompt = try call.optionalString("negative_prompt")
        attentiveGuidance = AttentiveGuidance(
            scale: try call.optionalDouble("attn_guidance_scale") ?? 0.001,
            form: .official(
                density: try GuidanceDensity(reference: call.value("attn_guidance_density")),
                decay: try call.list("attn_guidance_decay").map { try GuidanceDecay(reference: $0) }),
            powerCalibrate: try call.optionalInteger("power_calibrate") ?? 0,
            filter: try call.list("attn_guidance_filter").map { try FrequencyFilter(reference: $0) },
            filterUnit: .official)
        let limit = DecodeTilingRule.officialLimit
        if try call.value("multi_decoder") == nil || call.bool("multi_decoder") {
            decodeTiling = DecodeTilingRule(largestWholeArea: try call.optionalInteger("decoder_limit_area") ?? limit)
        }
        if try call.bool("multi_encoder") {
            encodeTiling = EncodeTilingRule(smallestTiledArea: try call.optionalInteger("encoder_limit_area") ?? limit)
        }
    }
}
