/// Tells classes apart by a weighted sum for each (least squares with a penalty on the weights).
struct LinearClassifier {
    private let weights: [[Double]]

    /// - Parameters:
    ///   - samples: feature vectors.
    ///   - classes: the class of each, from 0.
    ///   - penalty: on the squares of the weights, in units of the features' mean square.
    init(_ samples: [[Double]], classes: [Int], penalty: Double = 1e-4) {
        let size = samples.first?.count ?? 0
        var squares = SymmetricMatrix(size: size)
        for sample in samples {
            for row in 0..<size where sample[row] != 0 {
                for column in 0..<size { squares[row, column] += sample[row] * sample[column] }
            }
        }
        let ridge = penalty * max(squares.trace / Double(max(size, 1)), 1e-9)
        for index in 0..<size { squares[index, index] += ridge }
        let count = (classes.max() ?? -1) + 1
        weights = (0..<count).map { kind in
            var sums = [Double](repeating: 0, count: size)
            for (sample, found) in zip(samples, classes) where found == kind {
                for index in sums.indices { sums[index] += sample[index] }
            }
            return squares.solve(sums) ?? sums
        }
    }

    /// The class that a sample most probably has.
    func callAsFunction(_ sample: [Double]) -> Int {
        let scores = weights.map { weights in zip(weights, sample).reduce(0) { $0 + $1.0 * $1.1 } }
        return scores.indices.max { scores[$0] < scores[$1] } ?? 0
    }
}
