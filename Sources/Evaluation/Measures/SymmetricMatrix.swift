/// A symmetric matrix in double precision.
package struct SymmetricMatrix: Sendable {
    package let size: Int
    /// All elements, row by row.
    package private(set) var elements: [Double]

    package init(size: Int) {
        self.size = size
        elements = Array(repeating: 0, count: size * size)
    }

    package subscript(row: Int, column: Int) -> Double {
        get { elements[row * size + column] }
        set { elements[row * size + column] = newValue }
    }

    package var trace: Double { (0..<size).reduce(0) { $0 + self[$1, $1] } }

    /// Eigenvalues and the vectors that belong to them, by Jacobi's rotations: exact to rounding and, unlike faster ways,
    /// without anything that could fail to converge.
    ///
    /// - Returns: the values in no particular order; element `[i, k]` of the vectors is component i of vector k.
    package func eigen() -> (values: [Double], vectors: [Double]) {
        var matrix = elements
        var vectors = [Double](repeating: 0, count: size * size)
        for index in 0..<size { vectors[index * size + index] = 1 }
        let scale = matrix.reduce(0) { $0 + $1 * $1 }
        for _ in 0..<60 {
            var rest = 0.0
            for row in 0..<size {
                for column in row + 1..<max(size, row + 1) {
                    rest += matrix[row * size + column] * matrix[row * size + column]
                }
            }
            if rest <= 1e-26 * scale { break }
            for first in 0..<size {
                for second in first + 1..<max(size, first + 1) { rotate(&matrix, &vectors, first, second) }
            }
        }
        return ((0..<size).map { matrix[$0 * size + $0] }, vectors)
    }

    /// Makes element `[first, second]` zero.
    private func rotate(_ matrix: inout [Double], _ vectors: inout [Double], _ first: Int, _ second: Int) {
        let off = matrix[first * size + second]
        guard off != 0 else { return }
        let ratio = (matrix[second * size + second] - matrix[first * size + first]) / (2 * off)
        let tangent = (ratio < 0 ? -1 : 1) / (abs(ratio) + (ratio * ratio + 1).squareRoot())
        let cosine = 1 / (tangent * tangent + 1).squareRoot()
        let sine = tangent * cosine
        for index in 0..<size {
            let (x, y) = (matrix[index * size + first], matrix[index * size + second])
            matrix[index * size + first] = cosine * x - sine * y
            matrix[index * size + second] = sine * x + cosine * y
        }
        for index in 0..<size {
            let (x, y) = (matrix[first * size + index], matrix[second * size + index])
            matrix[first * size + index] = cosine * x - sine * y
            matrix[second * size + index] = sine * x + cosine * y
            let (v, w) = (vectors[index * size + first], vectors[index * size + second])
            vectors[index * size + first] = cosine * v - sine * w
            vectors[index * size + second] = sine * v + cosine * w
        }
    }

    /// The symmetric root of a matrix without negative eigenvalues; what rounding made negative counts as zero.
    package func squareRoot() -> SymmetricMatrix {
        let (values, vectors) = eigen()
        let roots = values.map { max($0, 0).squareRoot() }
        var result = SymmetricMatrix(size: size)
        for row in 0..<size {
            for column in row..<size {
                var sum = 0.0
                for index in 0..<size {
                    sum += vectors[row * size + index] * roots[index] * vectors[column * size + index]
                }
                result[row, column] = sum
                result[column, row] = sum
            }
        }
        return result
    }

    /// `outer · self · outer`, which is symmetric, too.
    package func sandwiched(by outer: SymmetricMatrix) -> SymmetricMatrix {
        let half = Self.product(outer, self)
        var result = SymmetricMatrix(size: size)
        for row in 0..<size {
            for column in row..<size {
                var sum = 0.0
                for index in 0..<size { sum += half[row * size + index] * outer[index, column] }
                result[row, column] = sum
                result[column, row] = sum
            }
        }
        return result
    }

    private static func product(_ left: SymmetricMatrix, _ right: SymmetricMatrix) -> [Double] {
        let size = left.size
        var result = [Double](repeating: 0, count: size * size)
        for row in 0..<size {
            for inner in 0..<size {
                let factor = left[row, inner]
                for column in 0..<size { result[row * size + column] += factor * right[inner, column] }
            }
        }
        return result
    }

    /// Every `x` with `self · x = right`, by Cholesky's factors; nil unless all eigenvalues are positive.
    package func solve(_ rights: [[Double]]) -> [[Double]]? {
        guard let factor = choleskyFactor() else { return nil }
        return rights.map { right in
            var x = right
            for row in 0..<size {
                for index in 0..<row { x[row] -= factor[row * size + index] * x[index] }
                x[row] /= factor[row * size + row]
            }
            for row in (0..<size).reversed() {
                x[row] /= factor[row * size + row]
                for index in 0..<row { x[index] -= factor[row * size + index] * x[row] }
            }
            return x
        }
    }

    /// The lower triangle whose product with its transpose is the matrix, row by row.
    private func choleskyFactor() -> [Double]? {
        var factor = [Double](repeating: 0, count: size * size)
        for row in 0..<size {
            for column in 0...row {
                var sum = self[row, column]
                for index in 0..<column { sum -= factor[row * size + index] * factor[column * size + index] }
                if row == column {
                    guard sum > 0 else { return nil }
                    factor[row * size + row] = sum.squareRoot()
                } else {
                    factor[row * size + column] = sum / factor[column * size + column]
                }
            }
        }
        return factor
    }
}
