import Tensors

/// Numbers of pictures as a smooth function of their features, learned from examples: ridge regression with a Gaussian
/// kernel (Saunders, Gammerman and Vovk 1998). Features count by their distance from their mean in units of their
/// deviation.
struct KernelRegression {
    private let means: [Double]
    private let deviations: [Double]
    /// The examples' features and what each of them adds to every number where features are its own.
    private let examples: [(features: [Double], weights: [Double])]

    /// The mean square of a feature's difference at which an example's weight is a fraction of e.
    private static let width = 4.0
    /// What the squares of the weights are weighed with.
    private static let penalty = 0.03
    /// What is added to a deviation, so that features that never change count for nothing.
    private static let smallest = 1e-6

    /// - Parameters:
    ///   - samples: the examples' features, at least one.
    ///   - values: the numbers of each example, about zero: far from all examples they are taken to be zero.
    init(_ samples: [[Double]], values: [[Double]]) {
        precondition(!samples.isEmpty && samples.count == values.count, "every sample has its numbers")
        let count = Double(samples.count)
        let means = samples[0].indices.map { index in samples.reduce(0) { $0 + $1[index] } / count }
        let deviations = means.indices.map { index in
            let squares = samples.reduce(0) { $0 + ($1[index] - means[index]) * ($1[index] - means[index]) }
            return (squares / count).squareRoot() + Self.smallest
        }
        let features = samples.map { Self.standardised($0, means, deviations) }
        var likeness = SymmetricMatrix(size: samples.count)
        for row in samples.indices {
            for column in 0...row {
                likeness[row, column] = Self.likeness(features[row], features[column])
                likeness[column, row] = likeness[row, column]
            }
            likeness[row, row] += Self.penalty
        }
        let columns = values[0].indices.map { index in values.map { $0[index] } }
        guard let weights = likeness.solve(columns) else {
            preconditionFailure("the penalty makes all eigenvalues positive")
        }
        self.means = means
        self.deviations = deviations
        examples = features.indices.map { row in (features[row], weights.map { $0[row] }) }
    }

    /// The numbers that go with a picture's features.
    func callAsFunction(_ sample: [Double]) -> [Double] {
        let features = Self.standardised(sample, means, deviations)
        var result = [Double](repeating: 0, count: examples[0].weights.count)
        for example in examples {
            let likeness = Self.likeness(features, example.features)
            for index in result.indices { result[index] += likeness * example.weights[index] }
        }
        return result
    }

    private static func standardised(_ sample: [Double], _ means: [Double], _ deviations: [Double]) -> [Double] {
        sample.indices.map { (sample[$0] - means[$0]) / deviations[$0] }
    }

    /// 1 for the same features, less the further they are apart.
    private static func likeness(_ left: [Double], _ right: [Double]) -> Double {
        var squares = 0.0
        for index in left.indices { squares += (left[index] - right[index]) * (left[index] - right[index]) }
        return Elementary.exp(-squares / (width * Double(left.count)))
    }
}
