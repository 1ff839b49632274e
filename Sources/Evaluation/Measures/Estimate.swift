/// A figure with its 95 % confidence interval.
package struct Estimate: Sendable, Hashable, Codable {
    package var value: Double
    package var low: Double
    package var high: Double

    package init(value: Double, low: Double, high: Double) {
        self.value = value
        self.low = low
        self.high = high
    }

    /// The mean of values of single pictures; the interval is that of the means of 2000 draws of as many values with
    /// replacement (the percentile bootstrap), with a fixed seed. Of differences of the same scenes it is the paired one.
    package init(meanOf values: [Double]) {
        guard let first = values.first else {
            self.init(value: 0, low: 0, high: 0)
            return
        }
        let mean = values.reduce(0, +) / Double(values.count)
        guard values.contains(where: { $0 != first }) else {
            self.init(value: mean, low: mean, high: mean)
            return
        }
        var random = SceneRandom(seed: 1, key: 77)
        let means = (0..<2000).map { _ in
            values.indices.reduce(0) { sum, _ in sum + random.pick(values) } / Double(values.count)
        }.sorted()
        self.init(value: mean, low: means[49], high: means[1950])
    }

    /// The share of pictures of which something is so; the interval is Wilson's, which does not shrink to nothing when it
    /// is so of all or of none.
    package init(shareOf values: [Bool]) {
        let count = Double(values.count)
        guard count > 0 else {
            self.init(value: 0, low: 0, high: 1)
            return
        }
        let share = Double(values.count { $0 }) / count
        let z = 1.96
        let middle = (share + z * z / (2 * count)) / (1 + z * z / count)
        let reach =
            z / (1 + z * z / count) * (share * (1 - share) / count + z * z / (4 * count * count)).squareRoot()
        self.init(value: share, low: max(0, middle - reach), high: min(1, middle + reach))
    }
}
