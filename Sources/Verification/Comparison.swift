import Tensors

/// How far two numbers may lie apart: |a − b| ≤ absolute + relative·|b|.
struct Tolerance: Sendable {
    var absolute: Double
    var relative: Double

    static let exact = Tolerance(absolute: 0, relative: 0)
}

/// Collects how far a case's results lie from what was expected.
struct Comparison: Sendable {
    /// The number of values compared.
    private(set) var count = 0
    /// The largest error as a share of its tolerance, with where it was found; above 1 the case fails.
    private(set) var worst = Finding(name: "", error: 0, allowed: 0, share: 0)

    /// The error of one value.
    struct Finding: Sendable {
        var name: String
        var error: Double
        var allowed: Double
        var share: Double
    }

    var passes: Bool { count > 0 && worst.share <= 1 }

    /// Compares one value.
    mutating func compare(
        _ name: @autoclosure () -> String, _ found: Double, _ expected: Double, _ tolerance: Tolerance
    ) {
        count += 1
        if found == expected { return }
        let error = abs(found - expected)
        let allowed = tolerance.absolute + tolerance.relative * abs(expected)
        // Infinities and not-a-numbers are within a tolerance of nothing but themselves.
        let isComparable = error.isFinite && allowed.isFinite && allowed > 0
        let share = isComparable ? error / allowed : .infinity
        if share > worst.share { worst = Finding(name: name(), error: error, allowed: allowed, share: share) }
    }

    mutating func compare(
        _ name: String, _ found: some Collection<Double>, _ expected: some Collection<Double>, _ tolerance: Tolerance
    ) throws {
        guard found.count == expected.count else {
            throw CaseFailure("\(name) has \(found.count) values, expected \(expected.count)")
        }
        for (a, b) in zip(found, expected) { compare(name, a, b, tolerance) }
    }

    mutating func compare(_ name: String, _ found: Tensor, _ expected: Tensor, _ tolerance: Tolerance) throws {
        guard found.shape == expected.shape else {
            throw CaseFailure("\(name) has the shape \(found.shape), expected \(expected.shape)")
        }
        found.withSpan { a in
            expected.withSpan { b in
                for index in a.indices { compare(name, Double(a[index]), Double(b[index]), tolerance) }
            }
        }
    }

    /// Compares things that are equal or not.
    mutating func require<Value: Equatable>(_ name: String, _ found: Value, equals expected: Value) {
        count += 1
        if found != expected {
            worst = Finding(name: "\(name) is \(found), expected \(expected)", error: 1, allowed: 0, share: .infinity)
        }
    }
}
