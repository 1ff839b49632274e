/// The settings of a `scheduler_config.json` that matter here, or those that a request overrides.
///
/// What is nil takes diffusers' default, but for ``timestepSpacing``, which is `leading` for every sampler.
public struct SamplerConfiguration: Sendable, Hashable {
    /// The number of timesteps the model was trained with (default 1000).
    public var trainingTimesteps: Int?
    /// β of the first timestep (default 0.0001).
    public var betaStart: Double?
    /// β of the last timestep (default 0.02).
    public var betaEnd: Double?
    /// How β grows in between (default linear).
    public var betaSchedule: BetaSchedule?
    /// Every β, instead of the three above.
    public var trainedBetas: [Double]?
    /// Whether β is rescaled so that nothing is left of the picture at the last timestep (default false).
    public var rescalesBetasToZeroSNR: Bool?
    /// What the model predicts (default epsilon).
    public var predictionType: PredictionType?
    /// How the timesteps are spread (default leading).
    public var timestepSpacing: TimestepSpacing?
    /// Added to every timestep when they are leading (default 0).
    public var stepsOffset: Int?
    /// Whether noise levels are spaced as by Karras et al. (default false; Euler and DPM-Solver++).
    public var usesKarrasSigmas: Bool?
    /// The lowest of Karras' noise levels (default: of the schedule; Euler only).
    public var lowestKarrasSigma: Double?
    /// The highest of Karras' noise levels (default: of the schedule; Euler only).
    public var highestKarrasSigma: Double?
    /// The noise level after the last step (default zero; Euler and DPM-Solver++).
    public var finalSigma: FinalSigma?
    /// Whether the estimate of the clean latents is clipped (default true, which suits pixels; DDIM only).
    public var clipsSample: Bool?
    /// The largest absolute value after clipping (default 1; DDIM only).
    public var clipSampleRange: Double?
    /// Whether ᾱ after the last step is 1 rather than that of timestep 0 (default true; DDIM only).
    public var setsFinalAlphaToOne: Bool?
    /// Settings that are read only to be refused where they would change the result.
    var restricted: [RestrictedSetting: SettingValue] = [:]

    /// Settings that all take their defaults.
    public init() {}

    /// These settings with those that `overrides` gives in their place.
    public func overridden(by overrides: SamplerConfiguration) -> SamplerConfiguration {
        var merged = self
        func take<Value>(_ setting: WritableKeyPath<SamplerConfiguration, Value?>) {
            if let value = overrides[keyPath: setting] { merged[keyPath: setting] = value }
        }
        take(\.trainingTimesteps)
        take(\.betaStart)
        take(\.betaEnd)
        take(\.betaSchedule)
        take(\.trainedBetas)
        take(\.rescalesBetasToZeroSNR)
        take(\.predictionType)
        take(\.timestepSpacing)
        take(\.stepsOffset)
        take(\.usesKarrasSigmas)
        take(\.lowestKarrasSigma)
        take(\.highestKarrasSigma)
        take(\.finalSigma)
        take(\.clipsSample)
        take(\.clipSampleRange)
        take(\.setsFinalAlphaToOne)
        merged.restricted.merge(overrides.restricted) { _, override in override }
        return merged
    }
}

/// What is left of the noise after the last step (diffusers `final_sigmas_type`).
public enum FinalSigma: String, Sendable, Hashable, Codable, CaseIterable {
    /// Nothing.
    case zero
    /// The lowest noise level of the training schedule.
    case lowest = "sigma_min"
}
