import Tensors

/// The strength γ of attentive guidance after each guided step of stage one.
public struct GuidanceSchedule: Sendable, Hashable {
    /// One guided step.
    public struct Step: Sendable, Hashable {
        /// The number of the sampler step after which guidance is applied; 0 is the noisiest.
        public let index: Int
        /// The weight of `PFSA(z) − z`.
        public let gamma: Float
    }

    /// The guided steps in the order in which they run.
    public let steps: [Step]

    /// - Parameters:
    ///   - scale: γ, the largest weight; 0 or less switches guidance off.
    ///   - form: which steps, and how γ falls.
    ///   - samplerSteps: the number of sampler steps of stage one.
    /// - Throws: ``RequestError`` when a number is out of range or an official density guides no step.
    public init(scale: Double, form: GuidanceForm, samplerSteps: Int) throws(RequestError) {
        guard scale.isFinite else {
            throw RequestError(option: "--gamma", problem: "γ is \(scale)", remedy: "use a finite number")
        }
        guard scale > 0 else {
            steps = []
            return
        }
        switch form {
        case .paper(let delay, let exponent):
            steps = try Self.paper(scale, delay, exponent, samplerSteps)
        case .official(let density, let decay):
            let indices = try density.guidedSteps(of: samplerSteps)
            let gammas = try Self.official(Float(scale), decay, count: indices.count)
            steps = zip(indices, gammas).map { Step(index: $0, gamma: $1) }
        }
    }

    /// γ after step `index`, or nil where guidance is not applied.
    public func gamma(afterStep index: Int) -> Float? { steps.first { $0.index == index }?.gamma }

    private static func paper(
        _ scale: Double, _ delay: Double, _ exponent: Double, _ samplerSteps: Int
    ) throws(RequestError) -> [Step] {
        guard (0...1).contains(delay) else {
            throw RequestError(
                option: "--eta1", problem: "\(delay) is not a fraction of the steps", remedy: "use 0 through 1")
        }
        guard exponent >= 0, exponent.isFinite else {
            throw RequestError(option: "--beta", problem: "the exponent is \(exponent)", remedy: "use 0 or more")
        }
        let first = Int((Double(samplerSteps) * delay + 0.5).rounded(.down))
        let count = samplerSteps - first
        return (0..<count).map { position in
            let fall = (Elementary.cos(Double.pi * Double(position) / Double(count)) + 1) / 2
            return Step(index: first + position, gamma: Float(scale * Elementary.pow(fall, exponent)))
        }
    }

    /// In float32 throughout, as the official code computes it when the latents are float32.
    private static func official(
        _ scale: Float, _ decay: GuidanceDecay?, count: Int
    ) throws(RequestError) -> [Float] {
        guard let decay else { return [Float](repeating: scale, count: count) }
        guard decay.factor >= 0, decay.factor.isFinite, decay.minimum.isFinite else {
            throw RequestError(
                option: "--attn-guidance-decay", problem: "minimum \(decay.minimum), factor \(decay.factor)",
                remedy: "use a finite minimum and a factor of 0 or more")
        }
        let gammas = decay.weights(count: count).map { max(scale * $0, Float(decay.minimum)) }
        guard gammas.allSatisfy(\.isFinite) else {
            throw RequestError(
                option: "--attn-guidance-decay", problem: "γ grows beyond every number with factor \(decay.factor)",
                remedy: "use a factor of 1 or less")
        }
        return gammas
    }
}

extension GuidanceDecay {
    /// What γ is multiplied by on each of `count` guided steps.
    fileprivate func weights(count: Int) -> [Float] {
        switch kind {
        case .linear:
            TorchRange.linspace(1, 0, count: count).map(raised)
        case .cosine:
            TorchRange.linspace(0, Float(Double.pi), count: count).map { angle in
                raised((Float(Elementary.cos(Double(angle))) + 1) / 2)
            }
        case .exponential:
            (0..<count).map { Float(Elementary.pow(factor, Double($0))) }
        }
    }

    private func raised(_ value: Float) -> Float { Float(Elementary.pow(Double(value), factor)) }
}
