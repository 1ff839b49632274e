import DiffusionModels
import RenderPipeline

extension RenderCommand {
    /// The requests that the options describe: every size with every seed.
    ///
    /// - Parameter initial: the picture to start from, if any.
    /// - Returns: one request for each picture.
    /// - Throws: ``RequestError`` naming the option at fault.
    func requests(from initial: InitialPicture? = nil) throws(RequestError) -> [RenderRequest] {
        guard (1...10_000).contains(picture.count) else {
            throw RequestError(
                option: "--count", problem: "\(picture.count) is out of range", remedy: "use 1 to 10000")
        }
        var template = try template()
        template.initialPicture = initial
        // Of stage one alone, which is left out.
        if initial != nil { template.attentiveGuidance = .off }
        var requests: [RenderRequest] = []
        for size in try picture.sizes(from: initial) {
            for index in 0..<picture.count {
                var request = template
                request.size = size
                request.seed = picture.seed &+ UInt64(index)
                requests.append(request)
            }
        }
        return requests
    }

    private func template() throws(RequestError) -> RenderRequest {
        try refuseWhatCannotBeHad()
        guard let prompt else {
            throw RequestError(
                option: "PROMPT", problem: "it is missing", remedy: "write what to draw, or give --from a picture")
        }
        let isOfficial = official.compat == .official
        var request = RenderRequest(prompt: prompt, size: Extent(height: 0, width: 0))
        request.negativePrompt = picture.negativePrompt
        request.method = sampling.method
        request.steps = sampling.steps
        request.resampleSteps = official.numResampleTimesteps
        request.guidanceScale = sampling.guidanceScale ?? (isOfficial ? 5 : 7.5)
        request.guidanceRescale = sampling.guidanceRescale
        request.sizeMode = sampling.sizeMode ?? (isOfficial ? .official : .fixed)
        request.nativeSize = sampling.nativeSize
        request.sampler = try SamplerKind(option: sampling.sampler)
        request.samplerOverrides.timestepSpacing = sampling.timestepSpacing
        request.samplerOverrides.predictionType = sampling.predictionType
        request.samplerOverrides.usesKarrasSigmas = sampling.karrasSigmas
        if !official.initRates.isEmpty {
            request.substages = official.initRates.map(SubstageStart.initRate)
        } else if !paper.eta2.isEmpty {
            request.substages = paper.eta2.map(SubstageStart.eta2)
        } else if isOfficial {
            request.substages = [.initRate(0.8)]
        }
        request.attentiveGuidance = try attentiveGuidance(isOfficial: isOfficial)
        applyTiling(to: &request, isOfficial: isOfficial)
        request.latentWindows = stageTwo.windows
        return request
    }

    private func attentiveGuidance(isOfficial: Bool) throws(RequestError) -> AttentiveGuidance {
        let usesLists = !official.attnGuidanceDensity.isEmpty || !official.attnGuidanceDecay.isEmpty
        let form: GuidanceForm =
            if isOfficial || usesLists {
                .official(
                    density: try GuidanceDensity(option: official.attnGuidanceDensity),
                    decay: try GuidanceDecay(option: official.attnGuidanceDecay))
            } else {
                .paper(delay: paper.eta1 ?? 0.06, exponent: paper.beta ?? 3)
            }
        return AttentiveGuidance(
            scale: paper.gamma ?? official.attnGuidanceScale ?? (isOfficial ? 0.001 : 0.004), form: form,
            temperature: paper.lambda, powerCalibrate: official.powerCalibrate,
            filter: try FrequencyFilter(option: official.attnGuidanceFilter),
            filterUnit: isOfficial ? .official : .latent, space: paper.attnGuidanceSpace)
    }

    private func applyTiling(to request: inout RenderRequest, isOfficial: Bool) {
        let limit = DecodeTilingRule.officialLimit
        request.tileCore = official.vaeTiling == .whole ? nil : official.tileCore ?? RenderRequest.standardTileCore
        if official.vaeTiling == .paper {
            request.decodeTiling = DecodeTilingRule()
            request.encodeTiling = EncodeTilingRule()
            return
        }
        if official.multiDecoder ?? (isOfficial || official.decoderLimitArea != nil) {
            request.decodeTiling = DecodeTilingRule(largestWholeArea: official.decoderLimitArea ?? limit)
        }
        if official.multiEncoder ?? (official.encoderLimitArea != nil) {
            request.encodeTiling = EncodeTilingRule(smallestTiledArea: official.encoderLimitArea ?? limit)
        }
    }

    /// Options of the official code that would have to change something here and do not.
    private func refuseWhatCannotBeHad() throws(RequestError) {
        if let id = official.gpuIds.first(where: { $0.lowercased() != "cpu" }) {
            throw RequestError(
                option: "--gpu-ids", problem: "there is no device '\(id)': this build computes on the CPU",
                remedy: "leave it out, or use cpu")
        }
        guard official.attnType == "vanilla" else {
            throw RequestError(
                option: "--attn-type",
                problem: "'\(official.attnType)' does not exist (the official code accepts it and does nothing)",
                remedy: "leave it out, or use vanilla")
        }
    }

    private var hasOptionsOfStageOne: Bool {
        paper.gamma != nil || paper.eta1 != nil || paper.beta != nil || paper.lambda != nil
            || paper.attnGuidanceSpace != .raw || official.attnGuidanceScale != nil
            || !official.attnGuidanceDensity.isEmpty || !official.attnGuidanceDecay.isEmpty
            || !official.attnGuidanceFilter.isEmpty || official.powerCalibrate != 0 || sampling.nativeSize != nil
    }

    /// Two ways to say one thing must not be mixed.
    func refuseContradictions() throws(RequestError) {
        let usesLists = !official.attnGuidanceDensity.isEmpty || !official.attnGuidanceDecay.isEmpty
        if let steps = official.numResampleTimesteps, !(1...1000).contains(steps) {
            throw RequestError(
                option: "--num-resample-timesteps", problem: "\(steps) steps cannot be taken", remedy: "use 1 to 1000")
        }
        let pairs: [(String, Bool, String, Bool)] = [
            ("--gamma", paper.gamma != nil, "--attn-guidance-scale", official.attnGuidanceScale != nil),
            ("--eta2", !paper.eta2.isEmpty, "--init-rates", !official.initRates.isEmpty),
            (
                "--eta1 or --beta", paper.eta1 != nil || paper.beta != nil,
                "--attn-guidance-density or --attn-guidance-decay", usesLists
            ),
            ("--eta1 or --beta", paper.eta1 != nil || paper.beta != nil, "--compat official", official.compat != nil),
            ("--tile-core", official.tileCore != nil, "--vae-tiling whole", official.vaeTiling == .whole),
            (
                "--vae-tiling", official.vaeTiling != nil, "--multi-encoder, --multi-decoder or their limits",
                official.multiEncoder != nil || official.multiDecoder != nil || official.encoderLimitArea != nil
                    || official.decoderLimitArea != nil
            ),
            (
                "--init-image", existing.initImage != nil, "--method direct or --latents",
                sampling.method == .direct || output.latents != nil
            ),
            ("--init-image", existing.initImage != nil, "the options of stage one", hasOptionsOfStageOne),
            (
                "--method direct", sampling.method == .direct, "the options of AP-LDM",
                usesLists || paper.gamma != nil || paper.eta1 != nil || paper.beta != nil || !paper.eta2.isEmpty
                    || !official.initRates.isEmpty || official.attnGuidanceScale != nil
                    || !official.attnGuidanceFilter.isEmpty || official.powerCalibrate != 0
                    || official.numResampleTimesteps != nil || official.vaeTiling != nil
                    || official.multiEncoder != nil || official.multiDecoder != nil
                    || official.encoderLimitArea != nil || official.decoderLimitArea != nil || official.compat != nil
                    || paper.lambda != nil || paper.attnGuidanceSpace != .raw || stageTwo.stageTwo != nil
                    || stageTwo.windowOverlap != nil
            ),
        ]
        if stageTwo.windowOverlap != nil, stageTwo.stageTwo != .windows {
            throw RequestError(
                option: "--window-overlap", problem: "there are no windows that could overlap",
                remedy: "add --stage-two windows, or leave it out")
        }
        for (first, hasFirst, second, hasSecond) in pairs where hasFirst && hasSecond {
            throw RequestError(
                option: first, problem: "it contradicts \(second), which was given, too", remedy: "use one of them")
        }
        for (option, limit, isOff) in [
            ("--encoder-limit-area", official.encoderLimitArea, official.multiEncoder == false),
            ("--decoder-limit-area", official.decoderLimitArea, official.multiDecoder == false),
        ] {
            guard let limit else { continue }
            if limit < 0 || isOff {
                throw RequestError(
                    option: option, problem: isOff ? "tiling was switched off" : "\(limit) is no area",
                    remedy: "use 0 or more pixels, with tiling on")
            }
        }
    }
}

extension GuidanceDensity {
    fileprivate init(option values: [String]) throws(RequestError) {
        if values.isEmpty || values == ["all"] {
            self = .all
            return
        }
        self = .stretches(try numbers(values, "--attn-guidance-density"))
    }
}

extension GuidanceDecay {
    fileprivate init?(option values: [String]) throws(RequestError) {
        if values.isEmpty || values == ["none"] { return nil }
        guard values.count == 3, let kind = Kind(rawValue: values[0]) else {
            throw RequestError(
                option: "--attn-guidance-decay", problem: "'\(values.joined(separator: " "))' is not a decay",
                remedy: "write a kind (linear, cosine, exp), a minimum and a factor, for example cosine 0 3")
        }
        self.init(
            kind: kind, minimum: try number(values[1], "--attn-guidance-decay"),
            factor: try number(values[2], "--attn-guidance-decay"))
    }
}

extension FrequencyFilter {
    fileprivate init?(option values: [String]) throws(RequestError) {
        if values.isEmpty || values == ["none"] { return nil }
        guard values.count == 2, let kind = Kind(rawValue: values[0]) else {
            throw RequestError(
                option: "--attn-guidance-filter", problem: "'\(values.joined(separator: " "))' is not a filter",
                remedy: "write a kind (linear, cosine, exp) and a start, for example linear 0.25")
        }
        self.init(kind: kind, start: try number(values[1], "--attn-guidance-filter"))
    }
}

/// One number; brackets and commas may stand around it.
private func number(_ text: String, _ option: String) throws(RequestError) -> Double {
    let found = try numbers([text], option)
    guard found.count == 1 else {
        throw RequestError(option: option, problem: "'\(text)' is not one number", remedy: "write one number")
    }
    return found[0]
}

private func numbers(_ texts: [String], _ option: String) throws(RequestError) -> [Double] {
    var numbers: [Double] = []
    for text in texts {
        // Lists may also be written with commas, as in Python.
        for part in text.split(whereSeparator: { ",[]() ".contains($0) }) {
            guard let number = Double(part) else {
                throw RequestError(option: option, problem: "'\(part)' is not a number", remedy: "write numbers")
            }
            numbers.append(number)
        }
    }
    return numbers
}
