/// Count, mean and sum of squared deviations of the elements of one group of channels, in binary64.
public struct GroupMoments: Sendable, Hashable {
    /// How many elements were counted.
    public var count: Double
    /// Their mean.
    public var mean: Double
    /// The sum of their squared deviations from the mean.
    public var squaredDeviations: Double

    /// - Parameters:
    ///   - count: how many elements were counted.
    ///   - mean: their mean.
    ///   - squaredDeviations: the sum of their squared deviations from the mean.
    public init(count: Double, mean: Double, squaredDeviations: Double) {
        self.count = count
        self.mean = mean
        self.squaredDeviations = squaredDeviations
    }

    /// The biased variance, as torch's `GroupNorm` uses it.
    public var variance: Double { squaredDeviations / count }

    /// The moments of the union of disjoint parts, added up in the order given (Chan et al., 1979). The term
    /// between the means is what a plain average of variances forgets.
    public static func merged(_ parts: [GroupMoments]) -> GroupMoments {
        let count = parts.reduce(0) { $0 + $1.count }
        let mean = parts.reduce(0) { $0 + $1.count * $1.mean } / count
        let deviations = parts.reduce(0) { total, part in
            let shift = part.mean - mean
            return total + (part.squaredDeviations + part.count * shift * shift)
        }
        return GroupMoments(count: count, mean: mean, squaredDeviations: deviations)
    }
}
