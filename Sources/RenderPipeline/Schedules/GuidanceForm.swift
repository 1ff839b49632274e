/// Which steps of stage one attentive guidance follows, and how strongly: the two ways to say it.
public enum GuidanceForm: Sendable, Hashable {
    /// Algorithm 1 of the paper: nothing for the first `delay` of the steps (η₁, 0 through 1, rounded to whole
    /// steps), then γ·((cos(π·j/N) + 1)/2)^`exponent` (β) on the j-th of the N steps left.
    case paper(delay: Double, exponent: Double)
    /// The official code: `density` says which steps, `decay` how γ falls over them.
    case official(density: GuidanceDensity, decay: GuidanceDecay?)
}

/// Which steps are guided (official `attn_guidance_density`).
public enum GuidanceDensity: Sendable, Hashable {
    /// Every step.
    case all
    /// The guided fraction, 0 through 1, of each of equally long stretches of the sampling. The list runs
    /// backwards: the first entry is about the last steps. Within a stretch the noisiest steps come first.
    case stretches([Double])

    /// The guided steps out of `steps`, 0 being the noisiest, in ascending order.
    func guidedSteps(of steps: Int) throws(RequestError) -> [Int] {
        guard case .stretches(let fractions) = self else { return Array(0..<steps) }
        guard !fractions.isEmpty, steps % fractions.count == 0 else {
            throw RequestError(
                option: "--attn-guidance-density",
                problem: "\(fractions.count) entries do not divide \(steps) steps evenly",
                remedy: "use a list whose length divides the number of steps")
        }
        if let wrong = fractions.first(where: { !(0...1).contains($0) }) {
            throw RequestError(
                option: "--attn-guidance-density", problem: "\(wrong) is not a fraction of steps",
                remedy: "use 0 through 1")
        }
        let length = steps / fractions.count
        let positionsFromEnd = fractions.enumerated().flatMap { stretch, fraction -> [Int] in
            let count = Int(Double(length) * fraction)
            guard count > 0 else { return [] }
            let noisiest = stretch * length + length - 1
            return (0..<count).map { noisiest - $0 * (length / count) }
        }
        guard !positionsFromEnd.isEmpty else {
            throw RequestError(
                option: "--attn-guidance-density", problem: "no step is guided",
                remedy: "raise an entry, or switch guidance off with --gamma 0")
        }
        return positionsFromEnd.map { steps - 1 - $0 }.sorted()
    }
}

/// How γ falls over the guided steps (official `attn_guidance_decay`).
public struct GuidanceDecay: Sendable, Hashable {
    /// The shape of the fall.
    public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
        /// `linspace(1, 0, N)^factor`.
        case linear
        /// `((cos(linspace(0, π, N)) + 1)/2)^factor`.
        case cosine
        /// `factor^j`.
        case exponential = "exp"
    }

    /// The shape of the fall.
    public var kind: Kind
    /// γ falls no lower than this.
    public var minimum: Double
    /// The exponent, or the base of the exponential kind; not negative.
    public var factor: Double

    /// - Parameters:
    ///   - kind: the shape of the fall.
    ///   - minimum: γ falls no lower than this.
    ///   - factor: the exponent, or the base of the exponential kind; not negative.
    public init(kind: Kind, minimum: Double, factor: Double) {
        self.kind = kind
        self.minimum = minimum
        self.factor = factor
    }
}
