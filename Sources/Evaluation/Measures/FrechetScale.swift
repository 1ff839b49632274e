/// Fréchet distances of pictures to true ones: features are measured in deviations of the true ones, so that each counts
/// alike.
package struct FrechetScale: Sendable {
    private let mean: [Double]
    private let deviation: [Double]
    private let reference: GaussianFit
    /// The symmetric root of the reference's covariance, which every distance needs.
    private let root: SymmetricMatrix

    /// - Parameter reference: features of true pictures, two or more.
    package init(reference: [[Double]]) {
        let count = Double(reference.count)
        let mean = reference[0].indices.map { index in reference.reduce(0) { $0 + $1[index] } / count }
        deviation = mean.indices.map { index in
            let variance = reference.reduce(0) { $0 + ($1[index] - mean[index]) * ($1[index] - mean[index]) } / count
            return max(variance.squareRoot(), 1e-6)
        }
        self.mean = mean
        self.reference = GaussianFit(Self.scaled(reference, mean, deviation))
        root = self.reference.covariance.squareRoot()
    }

    /// The distance, divided by the number of features: 0 for the same distribution, about 1 where features are off by
    /// their deviation.
    package func distance(of features: [[Double]]) -> Double {
        reference.frechetDistance(to: GaussianFit(Self.scaled(features, mean, deviation)), root: root)
            / Double(mean.count)
    }

    /// The distance, and its standard error: how much it changes when a picture is left out (the jackknife). Drawing
    /// pictures again and again would not do, as repeated pictures narrow the spread, which is part of the distance.
    package func estimate(of features: [[Double]]) -> Estimate { estimate(groups: features.map { [$0] }) }

    /// The same of several vectors a picture, which are left out together.
    package func estimate(groups: [[[Double]]]) -> Estimate {
        let value = distance(of: groups.flatMap(\.self))
        guard groups.count > 2 else { return Estimate(value: value, low: value, high: value) }
        let parts = groups.indices.map { index in
            var rest = groups
            rest.remove(at: index)
            return distance(of: rest.flatMap(\.self))
        }
        let (count, mean) = (Double(parts.count), parts.reduce(0, +) / Double(parts.count))
        let error = ((count - 1) / count * parts.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }).squareRoot()
        return Estimate(value: value, low: max(0, value - 1.96 * error), high: value + 1.96 * error)
    }

    private static func scaled(_ features: [[Double]], _ mean: [Double], _ deviation: [Double]) -> [[Double]] {
        features.map { vector in vector.indices.map { (vector[$0] - mean[$0]) / deviation[$0] } }
    }
}
