/// Mean and covariance of features of some pictures.
package struct GaussianFit: Sendable {
    package let mean: [Double]
    package let covariance: SymmetricMatrix

    /// The covariance is shrunk towards a multiple of the identity as far as Ledoit and Wolf (2004) found best: with about
    /// as many pictures as features the plain one is far from the truth.
    ///
    /// - Parameter samples: vectors of the same length, at least one; of one alone the covariance is zero.
    package init(_ samples: [[Double]]) {
        precondition(!samples.isEmpty, "nothing can be said of no samples")
        let (count, size) = (Double(samples.count), samples[0].count)
        let mean = (0..<size).map { index in samples.reduce(0) { $0 + $1[index] } / count }
        let centred = samples.map { sample in zip(sample, mean).map { $0 - $1 } }
        var covariance = SymmetricMatrix(size: size)
        for sample in centred {
            for row in 0..<size {
                for column in 0..<size { covariance[row, column] += sample[row] * sample[column] / count }
            }
        }
        let level = covariance.trace / Double(size)
        let norm = covariance.elements.reduce(0) { $0 + $1 * $1 }
        let spread = norm - Double(size) * level * level
        // How far single samples' products are from the covariance.
        let noise =
            centred.reduce(0.0) { sum, sample in
                let square = sample.reduce(0) { $0 + $1 * $1 }
                var cross = 0.0
                for row in 0..<size {
                    var line = 0.0
                    for column in 0..<size { line += covariance[row, column] * sample[column] }
                    cross += line * sample[row]
                }
                return sum + square * square - 2 * cross + norm
            } / (count * count)
        let share = spread > 0 ? min(max(noise / spread, 0), 1) : 1
        for row in 0..<size {
            for column in 0..<size { covariance[row, column] *= 1 - share }
            covariance[row, row] += share * level
        }
        self.mean = mean
        self.covariance = covariance
    }

    /// The squared Fréchet distance of two normal distributions: 0 for the same one.
    ///
    /// - Parameters:
    ///   - other: the other one.
    ///   - root: the symmetric root of this one's covariance, where it is known.
    /// - Returns: the distance.
    package func frechetDistance(to other: GaussianFit, root: SymmetricMatrix? = nil) -> Double {
        let means = zip(mean, other.mean).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
        let root = root ?? covariance.squareRoot()
        let (values, _) = other.covariance.sandwiched(by: root).eigen()
        let shared = values.reduce(0) { $0 + max($1, 0).squareRoot() }
        return max(0, means + covariance.trace + other.covariance.trace - 2 * shared)
    }
}
