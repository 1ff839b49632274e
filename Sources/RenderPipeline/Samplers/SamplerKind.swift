/// The samplers there are.
public enum SamplerKind: String, Sendable, Hashable, Codable, CaseIterable {
    /// Euler's method on the probability flow (diffusers `EulerDiscreteScheduler`).
    case euler
    /// Euler's method with fresh noise in every step (diffusers `EulerAncestralDiscreteScheduler`).
    case eulerAncestral = "euler_a"
    /// Deterministic DDIM, η = 0 (diffusers `DDIMScheduler`).
    case ddim
    /// DPM-Solver++ of second order, multistep (diffusers `DPMSolverMultistepScheduler` with its defaults).
    case dpmpp2M = "dpmpp_2m"

    /// The sampler that a user names; hyphens and underscores are the same, as are upper and lower case.
    public init(option name: String) throws(RequestError) {
        let normalised = String(name.lowercased().map { $0 == "-" ? "_" : $0 })
        guard let kind = SamplerKind(rawValue: normalised) else {
            throw RequestError(
                option: "--sampler", problem: "there is no sampler '\(name)'",
                remedy: "use " + Self.allCases.map(\.rawValue).joined(separator: ", "))
        }
        self = kind
    }

    /// The sampler for `steps` steps of a model.
    ///
    /// - Parameters:
    ///   - configuration: the model folder's `scheduler_config.json`. The class that it names does not matter;
    ///     settings of other classes are ignored.
    ///   - overrides: settings that the request gives; they win.
    ///   - steps: the number of steps, from 1 to the number of training timesteps.
    /// - Returns: the sampler, which knows its timesteps and noise levels.
    /// - Throws: ``RequestError`` naming the setting that is out of range or that is not supported.
    public func sampler(
        configuration: SamplerConfiguration, overrides: SamplerConfiguration = SamplerConfiguration(), steps: Int
    ) throws(RequestError) -> any Sampler {
        if overrides.usesKarrasSigmas == true, self == .ddim || self == .eulerAncestral {
            throw RequestError(
                option: "use_karras_sigmas", problem: "the sampler \(rawValue) has no Karras noise levels",
                remedy: "use \(Self.euler.rawValue) or \(Self.dpmpp2M.rawValue)")
        }
        let merged = configuration.overridden(by: overrides)
        return switch self {
        case .euler: try EulerSampler(merged, steps: steps)
        case .eulerAncestral: try EulerAncestralSampler(merged, steps: steps)
        case .ddim: try DDIMSampler(merged, steps: steps)
        case .dpmpp2M: try DPMSolverMultistepSampler(merged, steps: steps)
        }
    }
}
