import Foundation
import Tensors

extension Activation {
    /// The function by its definition, with the C library.
    func reference(_ x: Double) -> Double {
        switch self {
        case .none: x
        case .silu: x / (1 + exp(-x))
        case .gelu: 0.5 * x * erfc(-x / 2.0.squareRoot())
        case .quickGELU: x / (1 + exp(-1.702 * x))
        }
    }
}

/// A row-major array of binary64 under several indices.
struct ReferenceArray {
    let shape: [Int]
    var values: [Double]

    init(_ shape: [Int], _ values: [Double]) {
        precondition(values.count == shape.reduce(1, *))
        self.shape = shape
        self.values = values
    }

    subscript(row: Int, column: Int) -> Double { values[row * shape[1] + column] }

    subscript(row: Int, column: Int, channel: Int) -> Double {
        values[(row * shape[1] + column) * shape[2] + channel]
    }
}

/// The powers of e, divided by their sum.
func softmax(_ scores: [Double]) -> [Double] {
    let largest = scores.max() ?? 0
    let powers = scores.map { exp($0 - largest) }
    let sum = powers.reduce(0, +)
    return powers.map { $0 / sum }
}
