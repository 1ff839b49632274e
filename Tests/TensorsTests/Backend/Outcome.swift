import Tensors

/// What an operation gave. Results in binary32 are widened, which keeps them apart as well as their bits do.
struct Outcome: Sendable {
    let shape: [Int]
    let values: [Double]

    init(_ tensor: Tensor) {
        shape = tensor.shape
        values = tensor.doubles
    }

    /// Statistics, `[items, 3 × groups]`.
    init(_ moments: [GroupMoments], items: Int) {
        shape = [items, 3 * moments.count / items]
        values = moments.flatMap { [$0.count, $0.mean, $0.squaredDeviations] }
    }

    /// The outcomes of single items, joined along the first dimension.
    init(joining parts: [Outcome]) {
        shape = [parts.reduce(0) { $0 + $1.shape[0] }] + (parts.first?.shape.dropFirst() ?? [])
        values = parts.flatMap(\.values)
    }

    /// Where the bits differ, in words; nil when they do not.
    func bitDifference(from other: Outcome) -> String? {
        if shape != other.shape { return "the shape is \(shape), not \(other.shape)" }
        let differing = values.indices.filter { values[$0].bitPattern != other.values[$0].bitPattern }
        guard let first = differing.first else { return nil }
        return "\(differing.count) of \(values.count) differ, first element \(first): "
            + "\(values[first]), not \(other.values[first])"
    }

    /// The largest error, as a part of the largest expected magnitude.
    func error(against expected: [Double]) -> (relative: Double, index: Int) {
        guard values.count == expected.count else { return (.infinity, 0) }
        let scale = expected.lazy.map(abs).max() ?? 0
        var worst = (relative: 0.0, index: 0)
        for index in expected.indices where values[index].bitPattern != expected[index].bitPattern {
            let relative = abs(values[index] - expected[index]) / scale
            // A comparison that not-a-number fails, too.
            if !(relative <= worst.relative) { worst = (relative, index) }
            if relative.isNaN { return (.infinity, index) }
        }
        return worst
    }
}
