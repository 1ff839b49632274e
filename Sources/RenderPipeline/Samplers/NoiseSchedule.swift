import Tensors

/// How much noise the model saw at each training timestep.
struct NoiseSchedule: Sendable {
    /// ᾱ of every training timestep: the share of the picture's variance that is left, falling.
    let alphasCumprod: [Float]

    /// The numbers of training timesteps that are accepted.
    private static let acceptedTimesteps = 2...100_000

    /// - Parameters:
    ///   - configuration: the β of the training timesteps.
    ///   - keepsNoiseFinite: whether the last ᾱ of a schedule rescaled to zero is raised to 2⁻²⁴, as diffusers
    ///     does for the samplers that divide by it.
    /// - Throws: ``RequestError`` naming the setting that makes no schedule.
    init(_ configuration: SamplerConfiguration, keepsNoiseFinite: Bool) throws(RequestError) {
        var betas = try Self.betas(configuration)
        let rescales = configuration.rescalesBetasToZeroSNR ?? false
        if rescales { betas = Self.rescaledToZeroSNR(betas) }
        var alphas = Self.cumulativeAlphas(betas)
        if rescales, keepsNoiseFinite { alphas[alphas.count - 1] = 0x1p-24 }
        let checked = rescales ? alphas.dropLast() : alphas[...]
        guard checked.allSatisfy({ $0 > 0 && $0 < 1 }) else {
            throw RequestError(
                option: configuration.trainedBetas == nil ? "beta_start, beta_end" : "trained_betas",
                problem: "the noise does not stay between nothing and everything",
                remedy: "use the values that the model was trained with")
        }
        alphasCumprod = alphas
    }

    /// σ = √((1 − ᾱ)/ᾱ) of every training timestep, rising.
    var sigmas: [Float] { alphasCumprod.map { ((1 - $0) / $0).squareRoot() } }

    private static func betas(_ configuration: SamplerConfiguration) throws(RequestError) -> [Float] {
        let count = configuration.trainingTimesteps ?? SamplerConfiguration.defaultTrainingTimesteps
        guard acceptedTimesteps.contains(count) else {
            throw RequestError(
                option: "num_train_timesteps", problem: "the value \(count) is out of range",
                remedy: "use \(acceptedTimesteps.lowerBound) to \(acceptedTimesteps.upperBound)")
        }
        let (start, end) = (configuration.betaStart ?? 0.0001, configuration.betaEnd ?? 0.02)
        let betas: [Float]
        if let trained = configuration.trainedBetas {
            guard trained.count == count else {
                throw RequestError(
                    option: "trained_betas", problem: "there are \(trained.count) for \(count) training timesteps",
                    remedy: "give one for each")
            }
            betas = trained.map { Float($0) }
        } else {
            betas = (configuration.betaSchedule ?? .linear).betas(from: start, to: end, count: count)
        }
        guard betas.allSatisfy({ $0 >= 0 && $0 < 1 }) else {
            throw RequestError(
                option: configuration.trainedBetas == nil ? "beta_start, beta_end" : "trained_betas",
                problem: "a β is not in [0, 1)", remedy: "use the values that the model was trained with")
        }
        return betas
    }

    /// The running product of 1 − β; torch keeps it in double precision and rounds what it writes.
    private static func cumulativeAlphas(_ betas: [Float]) -> [Float] {
        var product = 1.0
        return betas.map { beta in
            product *= Double(1 - beta)
            return Float(product)
        }
    }

    /// Shifts and scales √ᾱ so that it ends at zero and starts where it did (Lin et al. 2024, algorithm 1).
    private static func rescaledToZeroSNR(_ betas: [Float]) -> [Float] {
        let roots = cumulativeAlphas(betas).map { $0.squareRoot() }
        guard let first = roots.first, let last = roots.last else { return betas }
        let factor = first / (first - last)
        let rescaled = roots.map { root in
            let scaled = (root - last) * factor
            return scaled * scaled
        }
        return rescaled.indices.map { 1 - ($0 == 0 ? rescaled[0] : rescaled[$0] / rescaled[$0 - 1]) }
    }
}

extension SamplerConfiguration {
    static let defaultTrainingTimesteps = 1000
}
