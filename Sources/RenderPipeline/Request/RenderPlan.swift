public import DiffusionModels

/// A request resolved against a model: every stage with its size and steps. Making one finds everything that is
/// wrong with a request before anything is computed.
public struct RenderPlan: Sendable {
    /// What was asked for.
    public let request: RenderRequest
    /// What it is planned for.
    public let model: ModelProperties
    /// The stages in the order in which they run.
    public let stages: [Stage]
    /// The sampler settings of the model's folder with those of the request in their place.
    public let samplerSettings: SamplerConfiguration
    /// After which steps of the first stage attentive guidance is applied.
    public let guidance: [GuidanceStep]

    /// Where the sub-stages start: as requested, or by the ratio of the areas.
    public var starts: [SubstageStart] { Self.starts(request, model) }

    private static func starts(_ request: RenderRequest, _ model: ModelProperties) -> [SubstageStart] {
        let native = request.nativeSize ?? model.nativeSize
        let first = request.initialPicture?.size ?? Extent(height: native, width: native)
        let (width, height) = (Double(first.width), Double(first.height))
        return request.substages ?? SubstageStart.defaults(areaRatio: Double(request.size.area) / (height * width))
    }

    /// One run of the sampler.
    public struct Stage: Sendable {
        /// The picture's size in pixels.
        public let size: Extent
        /// The latents' size in cells.
        public let latents: Extent
        /// The size on which the model is conditioned.
        public let conditioning: Extent
        /// The sampler with its timesteps.
        public let sampler: any Sampler
        /// The first step that is run.
        public let firstStep: Int
        /// Whether it starts from the picture of the stage before.
        public let refines: Bool
        /// Windows in which its noise is predicted; nil for one pass over all latents.
        public var windows: LatentWindows?
        /// Tiles in which its picture is decoded.
        public var decodeTiling: AutoencoderTiling<DecodeTiling>
        /// Tiles in which the picture it starts from is encoded.
        public var encodeTiling: AutoencoderTiling<EncodeTiling>

        /// How many steps are run.
        public var stepCount: Int { sampler.timesteps.count - firstStep }
    }

    /// Attentive guidance after one step.
    public struct GuidanceStep: Sendable, Hashable {
        /// The step, 0 being the noisiest.
        public let step: Int
        /// The weight of the guidance.
        public let gamma: Float
        /// What is left of the spectrum of what is attended to; nil for all of it.
        public let window: FrequencyFilter.Window?
    }

    /// Resolves `request`.
    ///
    /// - Parameters:
    ///   - request: what is asked for.
    ///   - model: the properties of the model that will draw it.
    ///   - scheduler: the model folder's sampler settings.
    /// - Throws: ``RequestError`` naming the option that is out of range or does not fit the model.
    public init(
        _ request: RenderRequest, model: ModelProperties, scheduler: SamplerConfiguration
    ) throws(RequestError) {
        self.request = request
        self.model = model
        try Self.check(request)
        try SizeSchedule.check(request.size, vaeFactor: model.factor)
        try Self.checkTiles(request, model)
        samplerSettings = scheduler.overridden(by: request.samplerOverrides)
        if let picture = request.initialPicture {
            guidance = []
            stages = try Self.refinements(of: picture, request, model, scheduler)
            return
        }
        switch request.method {
        case .apldm:
            (stages, guidance) = try Self.progressive(request, model, scheduler)
        case .direct:
            guidance = []
            let size = request.size
            stages = [
                Stage(
                    size: size, latents: size.divided(by: model.factor), conditioning: size,
                    sampler: try Self.sampler(request, scheduler, steps: request.steps), firstStep: 0, refines: false,
                    decodeTiling: .exact(core: request.tileCore), encodeTiling: .exact(core: request.tileCore))
            ]
        }
    }

    private static func progressive(
        _ request: RenderRequest, _ model: ModelProperties, _ scheduler: SamplerConfiguration
    ) throws(RequestError) -> ([Stage], [GuidanceStep]) {
        let native = request.nativeSize ?? model.nativeSize
        let starts = starts(request, model)
        let sizes = try SizeSchedule(
            target: request.size, substages: starts.count, nativeEdge: native, mode: request.sizeMode,
            vaeFactor: model.factor)
        let first = Stage(
            size: sizes.latents.multiplied(by: model.factor), latents: sizes.latents, conditioning: sizes.conditioning,
            sampler: try sampler(request, scheduler, steps: request.steps), firstStep: 0, refines: false,
            decodeTiling: .exact(core: request.tileCore), encodeTiling: .exact(core: request.tileCore))
        let guidance = try guidanceSteps(request.attentiveGuidance, sizes, first)
        if sizes.skipsSubstages { return ([first], guidance) }
        return ([first] + (try refinements(sizes.substages, starts, request, model, scheduler)), guidance)
    }

    /// The stages from an existing picture to the request.
    private static func refinements(
        of picture: InitialPicture, _ request: RenderRequest, _ model: ModelProperties,
        _ scheduler: SamplerConfiguration
    ) throws(RequestError) -> [Stage] {
        guard request.method == .apldm else {
            throw RequestError(
                option: "--init-image", problem: "--method \(request.method.rawValue) starts from noise",
                remedy: "leave one of them out")
        }
        try picture.check(target: request.size, cell: model.factor)
        let starts = starts(request, model)
        try SizeSchedule.check(substages: starts.count, from: 1)
        let sizes = SubstageSizes(
            from: picture.size, to: request.size, count: starts.count, mode: request.sizeMode, cell: model.factor
        ).sizes
        return try refinements(sizes, starts, request, model, scheduler)
    }

    /// Stages that each start from the picture before them.
    private static func refinements(
        _ sizes: [Extent], _ starts: [SubstageStart], _ request: RenderRequest, _ model: ModelProperties,
        _ scheduler: SamplerConfiguration
    ) throws(RequestError) -> [Stage] {
        let resampler = try sampler(request, scheduler, steps: request.resampleSteps ?? request.steps)
        var stages: [Stage] = []
        for (size, start) in zip(sizes, starts) {
            let index = try start.index(steps: resampler.timesteps.count)
            stages.append(
                Stage(
                    size: size, latents: size.divided(by: model.factor), conditioning: size, sampler: resampler,
                    firstStep: index, refines: true, windows: try windows(of: size, request, model),
                    decodeTiling: request.decodeTiling?.tiling(for: size, model: model).map { .approximate($0) }
                        ?? .exact(core: request.tileCore),
                    encodeTiling: request.encodeTiling?.tiling(for: size, model: model).map { .approximate($0) }
                        ?? .exact(core: request.tileCore)))
        }
        return stages
    }

    /// Windows of the size that stage one has, or would have if it were square.
    private static func windows(
        of size: Extent, _ request: RenderRequest, _ model: ModelProperties
    ) throws(RequestError) -> LatentWindows? {
        try request.latentWindows?.windows(
            for: size.divided(by: model.factor), edge: (request.nativeSize ?? model.nativeSize) / model.factor)
    }

    private static func guidanceSteps(
        _ guidance: AttentiveGuidance, _ sizes: SizeSchedule, _ stage: Stage
    ) throws(RequestError) -> [GuidanceStep] {
        let steps = try GuidanceSchedule(
            scale: guidance.scale, form: guidance.form, samplerSteps: stage.sampler.timesteps.count
        ).steps
        guard let filter = guidance.filter, !steps.isEmpty else {
            return steps.map { GuidanceStep(step: $0.index, gamma: $0.gamma, window: nil) }
        }
        let unit = guidance.filterUnit == .official ? sizes.conditioning : sizes.latents
        let windows = try filter.windows(count: steps.count, size: unit)
        return zip(steps, windows).map { GuidanceStep(step: $0.index, gamma: $0.gamma, window: $1) }
    }

    private static func sampler(
        _ request: RenderRequest, _ scheduler: SamplerConfiguration, steps: Int
    ) throws(RequestError) -> any Sampler {
        try request.sampler.sampler(
            configuration: scheduler, overrides: request.samplerOverrides, steps: steps)
    }

    /// The most exact tiles of one picture: 12800x12800 in cores of 64 cells has 625.
    static let mostTiles = 16_384

    private static func checkTiles(_ request: RenderRequest, _ model: ModelProperties) throws(RequestError) {
        guard let core = request.tileCore else { return }
        let cells = request.size.divided(by: model.factor)
        let (rows, columns) = ((max(0, cells.height) + core - 1) / core, (max(0, cells.width) + core - 1) / core)
        guard rows.multipliedReportingOverflow(by: columns).overflow || rows * columns > mostTiles else { return }
        throw RequestError(
            option: "--tile-core",
            problem: "\(request.size) would be cut into \(rows)x\(columns) tiles of \(core) cells",
            remedy: "use larger tiles: at most \(mostTiles)")
    }

    /// The longest prompt that is accepted, in bytes of UTF-8; encoders see a few hundred at most.
    public static let longestPrompt = 100_000

    private static func check(_ request: RenderRequest) throws(RequestError) {
        for (option, text) in [("PROMPT", request.prompt), ("--negative-prompt", request.negativePrompt ?? "")]
        where text.utf8.count > longestPrompt {
            throw RequestError(
                option: option, problem: "it has \(text.utf8.count) bytes",
                remedy: "use at most \(longestPrompt); the text encoder sees only the first 75 tokens")
        }
        guard request.guidanceScale.isFinite, (0...1000).contains(request.guidanceScale) else {
            throw RequestError(
                option: "--guidance-scale", problem: "\(request.guidanceScale) is out of range",
                remedy: "use 0 to 1000; 1 switches the guidance off")
        }
        guard (0...1).contains(request.guidanceRescale) else {
            throw RequestError(
                option: "--guidance-rescale", problem: "\(request.guidanceRescale) is out of range",
                remedy: "use 0 through 1")
        }
        guard (0...2).contains(request.attentiveGuidance.powerCalibrate) else {
            throw RequestError(
                option: "--power-calibrate", problem: "\(request.attentiveGuidance.powerCalibrate) is not a mode",
                remedy: "use 0, 1 or 2")
        }
        if let core = request.tileCore, !(8...4096).contains(core) {
            throw RequestError(
                option: "--tile-core", problem: "\(core) is out of range", remedy: "use 8 to 4096 latent cells")
        }
        if let temperature = request.attentiveGuidance.temperature, !(temperature.isFinite && temperature > 0) {
            throw RequestError(
                option: "--lambda", problem: "\(temperature) is out of range",
                remedy: "use a number above 0")
        }
    }
}
