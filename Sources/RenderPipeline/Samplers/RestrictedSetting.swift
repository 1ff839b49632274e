/// Settings of diffusers' schedulers of which only some values are supported.
enum RestrictedSetting: String, CaseIterable, Sendable {
    case interpolationType = "interpolation_type"
    case usesExponentialSigmas = "use_exponential_sigmas"
    case usesBetaSigmas = "use_beta_sigmas"
    case usesLuLambdas = "use_lu_lambdas"
    case usesFlowSigmas = "use_flow_sigmas"
    case timestepType = "timestep_type"
    case thresholding
    case algorithmType = "algorithm_type"
    case solverOrder = "solver_order"
    case solverType = "solver_type"
    case lowerOrderFinal = "lower_order_final"
    case eulerAtFinal = "euler_at_final"
    case lowestLambda = "lambda_min_clipped"
    case varianceType = "variance_type"

    /// The values with which a scheduler does what ours does; diffusers' own fallbacks are among them.
    fileprivate var supported: [SettingValue] {
        switch self {
        case .interpolationType: [.text("linear")]
        case .timestepType: [.text("discrete")]
        case .algorithmType: [.text("dpmsolver++"), .text("deis")]
        case .solverType: [.text("midpoint"), .text("bh1"), .text("bh2"), .text("logrho")]
        case .solverOrder: [.number(2)]
        case .lowerOrderFinal: [.flag(true)]
        case .lowestLambda: [.number(-.infinity)]
        case .varianceType: []
        case .usesExponentialSigmas, .usesBetaSigmas, .usesLuLambdas, .usesFlowSigmas, .thresholding, .eulerAtFinal:
            [.flag(false)]
        }
    }
}

/// A scalar of a JSON file.
enum SettingValue: Sendable, Hashable, CustomStringConvertible {
    case flag(Bool)
    case number(Double)
    case text(String)

    var description: String {
        switch self {
        case .flag(let value): "\(value)"
        case .number(let value): "\(value)"
        case .text(let value): "'\(value)'"
        }
    }
}

extension SamplerConfiguration {
    /// Refuses values of `settings`, those that the sampler in hand would heed, that are not supported.
    func requireSupported(_ settings: RestrictedSetting...) throws(RequestError) {
        for setting in settings {
            guard let value = restricted[setting], !setting.supported.contains(value) else { continue }
            let choices = setting.supported.map(\.description).joined(separator: " or ")
            throw RequestError(
                option: setting.rawValue, problem: "the value \(value) is not supported",
                remedy: choices.isEmpty ? "leave it out" : "use \(choices), or another sampler")
        }
    }
}
