import DiffusionModels

/// The keys of the record's outermost object.
extension RenderRecord: Codable {
    private static let keys: Set = [
        "apldm", "attentive_guidance", "decode_tiling", "encode_tiling", "format", "guidance_rescale", "guidance_scale",
        "initial_latents", "initial_picture", "latent_windows", "method", "model", "native_size", "negative_prompt",
        "numerics",
        "precision", "prompt", "resample_steps", "sampler", "seed", "size", "size_mode", "steps", "substages",
        "tile_core",
    ]
    private static let longestName = 1000
    private static let edges = 1...SizeSchedule.longestEdge
    private static let stepCounts = 1...1000

    /// Reads a record of this version's format; what is out of range for every model is refused.
    ///
    /// - Throws: ``RenderRecordError`` naming the key, `DecodingError` for what is no JSON object.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: RecordKey.self)
        try Self.checkFormat(values)
        let record = try RecordObject(values, keys: Self.keys)
        let precision = try record.text("precision", longest: Self.longestName)
        guard precision == Self.precision else {
            throw record.fault("precision", "this version computes in \(Self.precision) alone")
        }
        program = try record.text("apldm", longest: Self.longestName)
        numerics = try record.text("numerics", longest: Self.longestName)
        model = try record.model("model", longestName: Self.longestName)
        initialLatents = try record.optional("initial_latents", record.digest)

        request = RenderRequest(
            prompt: try record.text("prompt", longest: RenderPlan.longestPrompt),
            size: try record.extent("size", longestEdge: SizeSchedule.longestEdge), seed: try record.value("seed"))
        request.negativePrompt = try record.optional("negative_prompt") {
            try record.text($0, longest: RenderPlan.longestPrompt)
        }
        request.method = try record.choice("method")
        request.steps = try record.integer("steps", in: Self.stepCounts)
        request.resampleSteps = try record.optional("resample_steps") { try record.integer($0, in: Self.stepCounts) }
        request.substages = try record.optional("substages", record.substages)
        request.guidanceScale = try record.number("guidance_scale")
        request.guidanceRescale = try record.number("guidance_rescale")
        request.sizeMode = try record.choice("size_mode")
        request.nativeSize = try record.optional("native_size") { try record.integer($0, in: Self.edges) }
        (request.sampler, request.samplerOverrides) = try record.sampler("sampler")
        request.attentiveGuidance = try record.attentiveGuidance("attentive_guidance")
        request.initialPicture = try record.optional("initial_picture", record.initialPicture)
        request.tileCore = try record.optional("tile_core") { try record.integer($0, in: Self.edges) }
        request.decodeTiling = try record.optional("decode_tiling", record.decodeTiling)
        request.encodeTiling = try record.optional("encode_tiling", record.encodeTiling)
        request.latentWindows = try record.addition("latent_windows", record.latentWindows)
    }

    /// Another format means that nothing else can be relied on.
    private static func checkFormat(_ values: KeyedDecodingContainer<RecordKey>) throws {
        guard let found = try? values.decode(Int.self, forKey: "format") else {
            throw RenderRecordError(
                key: "format", problem: "it is no number", remedy: "the record was damaged or changed by hand")
        }
        guard found == format else {
            throw RenderRecordError(
                key: "format", problem: "this version of apldm reads format \(format), not \(found)",
                remedy: "use the version of apldm that wrote it, or a newer one")
        }
    }

    /// Writes every key, null for what is not set; but windows only where there are some.
    public func encode(to encoder: any Encoder) throws {
        var record = encoder.container(keyedBy: RecordKey.self)
        try record.encode(Self.format, forKey: "format")
        try record.encode(program, forKey: "apldm")
        try record.encode(Self.precision, forKey: "precision")
        try record.encode(numerics, forKey: "numerics")
        try record.encode(model, forKey: "model")
        try record.encode(initialLatents, forKey: "initial_latents")
        try record.encode(request.prompt, forKey: "prompt")
        try record.encode(request.negativePrompt, forKey: "negative_prompt")
        try record.encode(request.size, forKey: "size")
        try record.encode(request.seed, forKey: "seed")
        try record.encode(request.method.rawValue, forKey: "method")
        try record.encode(request.steps, forKey: "steps")
        try record.encode(request.resampleSteps, forKey: "resample_steps")
        try record.encode(request.substages, forKey: "substages")
        try record.encode(request.guidanceScale, forKey: "guidance_scale")
        try record.encode(request.guidanceRescale, forKey: "guidance_rescale")
        try record.encode(request.sizeMode.rawValue, forKey: "size_mode")
        try record.encode(request.nativeSize, forKey: "native_size")
        try record.encode(request.sampler, request.samplerOverrides, forKey: "sampler")
        try record.encode(request.attentiveGuidance, forKey: "attentive_guidance")
        try record.encode(request.initialPicture, forKey: "initial_picture")
        try record.encode(request.tileCore, forKey: "tile_core")
        try record.encode(request.decodeTiling, forKey: "decode_tiling")
        try record.encode(request.encodeTiling, forKey: "encode_tiling")
        try record.encode(request.latentWindows, forKey: "latent_windows")
    }
}
