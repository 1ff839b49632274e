import DiffusionModels
import FoundationEssentials
import RenderPipeline

// Options in the spelling of the reference implementation (`Options`, `AttentiveGuidance`); what is absent takes
// that implementation's own defaults, which are not those of the command line.

extension RenderRequest {
    init(reference options: CaseDescription, method: MethodKind) throws {
        try options.refuseKeys(
            otherThan: [
                "prompt", "negative_prompt", "height", "width", "seed", "steps", "resample_steps", "init_rates", "eta2",
                "guidance_scale", "guidance_rescale", "size_mode", "native", "sampler", "sampler_args", "ag",
                "tiled_decode", "tiled_encode", "skip_first_if_native", "windows",
            ])
        let seed = try options.optionalDouble("seed") ?? 0
        guard let seed = UInt64(exactly: seed) else { throw CaseFailure("seed \(seed) is out of range") }
        self.init(
            prompt: try options.optionalString("prompt") ?? "",
            size: Extent(
                height: try options.optionalInteger("height") ?? 512, width: try options.optionalInteger("width") ?? 512
            ),
            seed: seed)
        self.method = method
        negativePrompt = try options.optionalString("negative_prompt")
        steps = try options.optionalInteger("steps") ?? 50
        resampleSteps = try options.optionalInteger("resample_steps")
        substages =
            try options.doubles("init_rates").map { $0.map(SubstageStart.initRate) }
            ?? options.doubles("eta2").map { $0.map(SubstageStart.eta2) } ?? [.initRate(0.8)]
        guidanceScale = try options.optionalDouble("guidance_scale") ?? 7.5
        guidanceRescale = try options.optionalDouble("guidance_rescale") ?? 0
        let mode = try options.optionalString("size_mode") ?? "official"
        guard let sizeMode = SizeSchedule.Mode(rawValue: mode) else { throw CaseFailure("unknown size_mode \(mode)") }
        self.sizeMode = sizeMode
        nativeSize = try options.optionalInteger("native")
        let name = try options.optionalString("sampler") ?? "euler"
        guard let sampler = SamplerKind(rawValue: name) else { throw CaseFailure("unknown sampler \(name)") }
        self.sampler = sampler
        if let arguments = try options.object("sampler_args") {
            samplerOverrides = try SamplerConfiguration(reference: arguments)
        }
        attentiveGuidance = try AttentiveGuidance(reference: options.object("ag"))
        decodeTiling = try DecodeTiling(reference: options.object("tiled_decode")).map {
            DecodeTilingRule(geometry: $0)
        }
        encodeTiling = try EncodeTiling(reference: options.object("tiled_encode")).map {
            EncodeTilingRule(geometry: $0)
        }
        latentWindows = try LatentWindowRule(reference: options.object("windows"))
    }
}

extension AttentiveGuidance {
    init(reference options: CaseDescription?) throws {
        self.init(form: .official(density: .all, decay: nil), filterUnit: .official)
        guard let options else { return }
        try options.refuseKeys(
            otherThan: [
                "scale", "form", "density", "decay", "eta1", "beta", "lam", "power_calibrate", "filter", "filter_mode",
                "space",
            ])
        scale = try options.optionalDouble("scale") ?? 0.004
        switch try options.optionalString("form") ?? "official" {
        case "paper":
            form = .paper(
                delay: try options.optionalDouble("eta1") ?? 0.06, exponent: try options.optionalDouble("beta") ?? 3)
        case "official":
            form = .official(
                density: try GuidanceDensity(reference: options.value("density")),
                decay: try options.list("decay").map { try GuidanceDecay(reference: $0) })
        case let other: throw CaseFailure("unknown form \(other)")
        }
        temperature = try options.optionalDouble("lam")
        powerCalibrate = try options.optionalInteger("power_calibrate") ?? 0
        filter = try options.list("filter").map { try FrequencyFilter(reference: $0) }
        let unit = try options.optionalString("filter_mode") ?? "official"
        guard let filterUnit = FilterUnit(rawValue: unit) else { throw CaseFailure("unknown filter_mode \(unit)") }
        self.filterUnit = filterUnit
        let space = try options.optionalString("space") ?? "raw"
        guard let named = Space(rawValue: space) else { throw CaseFailure("unknown space \(space)") }
        self.space = named
    }
}

extension GuidanceDensity {
    init(reference value: JSONValue?) throws {
        switch value ?? .string("all") {
        case .string("all"): self = .all
        case .array(let values): self = .stretches(try values.map { try $0.asDouble("density") })
        case let other: throw CaseFailure("density is \(other)")
        }
    }
}

extension GuidanceDecay {
    init(reference values: [JSONValue]) throws {
        guard values.count == 3, case .string(let name) = values[0], let kind = Kind(rawValue: name) else {
            throw CaseFailure("a decay is a kind, a minimum and a factor, not \(values)")
        }
        self.init(kind: kind, minimum: try values[1].asDouble("decay"), factor: try values[2].asDouble("decay"))
    }
}

extension FrequencyFilter {
    init(reference values: [JSONValue]) throws {
        guard values.count == 2, case .string(let name) = values[0], let kind = Kind(rawValue: name) else {
            throw CaseFailure("a filter is a kind and a start, not \(values)")
        }
        self.init(kind: kind, start: try values[1].asDouble("filter"))
    }
}

extension DecodeTiling {
    init?(reference options: CaseDescription?) throws {
        guard let options else { return nil }
        try options.refuseKeys(otherThan: ["core", "pad", "stride"])
        self.init(
            core: try options.integer("core"), context: try options.integer("pad"),
            stride: try options.optionalInteger("stride"))
        guard core > 0, context >= 0, stride > 0 else { throw CaseFailure("tiles of \(self) cannot be") }
    }
}

extension EncodeTiling {
    init?(reference options: CaseDescription?) throws {
        guard let options else { return nil }
        try options.refuseKeys(otherThan: ["tile", "overlap"])
        self.init(tile: try options.integer("tile"), overlap: try options.optionalDouble("overlap") ?? 0.25)
        guard tile >= 8, (0..<1).contains(overlap) else { throw CaseFailure("tiles of \(self) cannot be") }
    }
}

extension LatentWindowRule {
    init?(reference options: CaseDescription?) throws {
        guard let options else { return nil }
        try options.refuseKeys(otherThan: ["overlap"])
        self.init(overlap: try options.optionalInteger("overlap"))
    }
}

extension SamplerConfiguration {
    /// Settings in the spelling of a `scheduler_config.json`.
    init(reference options: CaseDescription?) throws {
        guard let options else { throw CaseFailure("'config' is missing") }
        try options.refuseKeys(
            otherThan: [
                "num_train_timesteps", "beta_start", "beta_end", "beta_schedule", "trained_betas", "prediction_type",
                "timestep_spacing", "steps_offset", "use_karras_sigmas", "clip_sample", "set_alpha_to_one",
                "clip_sample_range", "rescale_betas_zero_snr", "final_sigmas_type", "sigma_min", "sigma_max",
            ])
        self = try JSONDecoder().decode(SamplerConfiguration.self, from: JSONEncoder().encode(options.fields))
    }
}
