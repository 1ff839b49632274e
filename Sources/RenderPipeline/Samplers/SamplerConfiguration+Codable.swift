public import FoundationEssentials

extension SamplerConfiguration: Codable {
    private enum CodingKeys: String, CodingKey {
        case trainingTimesteps = "num_train_timesteps"
        case betaStart = "beta_start"
        case betaEnd = "beta_end"
        case betaSchedule = "beta_schedule"
        case trainedBetas = "trained_betas"
        case rescalesBetasToZeroSNR = "rescale_betas_zero_snr"
        case predictionType = "prediction_type"
        case timestepSpacing = "timestep_spacing"
        case stepsOffset = "steps_offset"
        case usesKarrasSigmas = "use_karras_sigmas"
        case lowestKarrasSigma = "sigma_min"
        case highestKarrasSigma = "sigma_max"
        case finalSigma = "final_sigmas_type"
        case clipsSample = "clip_sample"
        case clipSampleRange = "clip_sample_range"
        case setsFinalAlphaToOne = "set_alpha_to_one"
    }

    /// Reads the text of a `scheduler_config.json`.
    ///
    /// - Throws: ``RequestError`` naming the key that does not hold what it should.
    public init(json: Data) throws(RequestError) {
        let decoder = JSONDecoder()
        decoder.allowsJSON5 = true  // diffusers writes -Infinity for `lambda_min_clipped`
        do {
            self = try decoder.decode(SamplerConfiguration.self, from: json)
        } catch let error as RequestError {
            throw error
        } catch {
            throw RequestError(
                option: "scheduler_config.json", problem: "it cannot be read: \(error)",
                remedy: "use the file that came with the model")
        }
    }

    /// Reads the keys of a `scheduler_config.json`; others are ignored, and null is the same as absent.
    ///
    /// - Throws: ``RequestError`` for an unknown name of a choice, `DecodingError` for a value of the wrong type.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        func choice<Choice: RawRepresentable<String> & CaseIterable>(_ key: CodingKeys) throws -> Choice? {
            guard let name = try values.decodeIfPresent(String.self, forKey: key) else { return nil }
            if let choice = Choice(rawValue: name) { return choice }
            throw RequestError(
                option: key.rawValue, problem: "the value '\(name)' is not supported",
                remedy: "use " + Choice.allCases.map(\.rawValue).joined(separator: ", "))
        }
        trainingTimesteps = try values.decodeIfPresent(Int.self, forKey: .trainingTimesteps)
        betaStart = try values.decodeIfPresent(Double.self, forKey: .betaStart)
        betaEnd = try values.decodeIfPresent(Double.self, forKey: .betaEnd)
        betaSchedule = try choice(.betaSchedule)
        trainedBetas = try values.decodeIfPresent([Double].self, forKey: .trainedBetas)
        rescalesBetasToZeroSNR = try values.decodeIfPresent(Bool.self, forKey: .rescalesBetasToZeroSNR)
        predictionType = try choice(.predictionType)
        timestepSpacing = try choice(.timestepSpacing)
        stepsOffset = try values.decodeIfPresent(Int.self, forKey: .stepsOffset)
        usesKarrasSigmas = try values.decodeIfPresent(Bool.self, forKey: .usesKarrasSigmas)
        lowestKarrasSigma = try values.decodeIfPresent(Double.self, forKey: .lowestKarrasSigma)
        highestKarrasSigma = try values.decodeIfPresent(Double.self, forKey: .highestKarrasSigma)
        finalSigma = try choice(.finalSigma)
        clipsSample = try values.decodeIfPresent(Bool.self, forKey: .clipsSample)
        clipSampleRange = try values.decodeIfPresent(Double.self, forKey: .clipSampleRange)
        setsFinalAlphaToOne = try values.decodeIfPresent(Bool.self, forKey: .setsFinalAlphaToOne)

        let others = try decoder.container(keyedBy: RestrictedSetting.self)
        for setting in RestrictedSetting.allCases {
            restricted[setting] = try others.decodeIfPresent(SettingValue.self, forKey: setting)
        }
    }

    /// Writes the settings that are not nil.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encodeIfPresent(trainingTimesteps, forKey: .trainingTimesteps)
        try values.encodeIfPresent(betaStart, forKey: .betaStart)
        try values.encodeIfPresent(betaEnd, forKey: .betaEnd)
        try values.encodeIfPresent(betaSchedule, forKey: .betaSchedule)
        try values.encodeIfPresent(trainedBetas, forKey: .trainedBetas)
        try values.encodeIfPresent(rescalesBetasToZeroSNR, forKey: .rescalesBetasToZeroSNR)
        try values.encodeIfPresent(predictionType, forKey: .predictionType)
        try values.encodeIfPresent(timestepSpacing, forKey: .timestepSpacing)
        try values.encodeIfPresent(stepsOffset, forKey: .stepsOffset)
        try values.encodeIfPresent(usesKarrasSigmas, forKey: .usesKarrasSigmas)
        try values.encodeIfPresent(lowestKarrasSigma, forKey: .lowestKarrasSigma)
        try values.encodeIfPresent(highestKarrasSigma, forKey: .highestKarrasSigma)
        try values.encodeIfPresent(finalSigma, forKey: .finalSigma)
        try values.encodeIfPresent(clipsSample, forKey: .clipsSample)
        try values.encodeIfPresent(clipSampleRange, forKey: .clipSampleRange)
        try values.encodeIfPresent(setsFinalAlphaToOne, forKey: .setsFinalAlphaToOne)

        var others = encoder.container(keyedBy: RestrictedSetting.self)
        for (setting, value) in restricted where value.isWritable { try others.encode(value, forKey: setting) }
    }
}

extension RestrictedSetting: CodingKey {}

extension SettingValue: Codable {
    /// JSON has no infinity; where one is supported it is the default, which may be left out.
    fileprivate var isWritable: Bool {
        if case .number(let number) = self { number.isFinite } else { true }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .flag(let value): try container.encode(value)
        case .number(let value): try container.encode(value)
        case .text(let value): try container.encode(value)
        }
    }

    init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        if let flag = try? value.decode(Bool.self) {
            self = .flag(flag)
        } else if let number = try? value.decode(Double.self) {
            self = .number(number)
        } else {
            self = .text(try value.decode(String.self))
        }
    }
}
