import CKernels
import Tensors
import Testing

/// What cutting a linear layer into pieces of work relies on.
@Suite("Products of rows and weights")
struct ProductKernelTests {
    private static let (rows, columns, depth) = (101, 300, 650)
    private static let x = Tensor.seeded([rows, depth], seed: 1).values
    private static let weights = Tensor.seeded([columns, depth], seed: 2).values
    private static let bias = Tensor.seeded([columns], seed: 3).values

    /// The part of the result in `rows` and `columns`, computed by itself; around it stays what was there.
    private static func part(
        rows: Range<Int>, columns: Range<Int>, depth: Int = depth, activation: ck_activation = CK_SILU, table: Int
    ) -> [Float] {
        var scratch = [Float](repeating: .nan, count: Int(CK_PRODUCT_SCRATCH))
        var y = [Float](repeating: 7, count: Self.rows * Self.columns)
        x.withUnsafeBufferPointer { x in
            weights.withUnsafeBufferPointer { weights in
                bias.withUnsafeBufferPointer { bias in
                    y.withUnsafeMutableBufferPointer { y in
                        guard let x = x.baseAddress, let weights = weights.baseAddress, let bias = bias.baseAddress,
                            let y = y.baseAddress
                        else { return }
                        Kernels.supported[table].product(
                            rows.count, columns.count, depth, x + rows.lowerBound * depth,
                            weights + columns.lowerBound * depth, CK_F32, bias + columns.lowerBound, activation,
                            y + rows.lowerBound * Self.columns + columns.lowerBound, Self.columns, &scratch)
                    }
                }
            }
        }
        return y
    }

    @Test("an element has the same bits whatever is computed with it", arguments: Kernels.supported.indices)
    func parts(table: Int) {
        let whole = Self.part(rows: 0..<Self.rows, columns: 0..<Self.columns, table: table)
        for rows in [0..<1, 3..<10, 100..<101, 5..<101] {
            for columns in [0..<1, 7..<40, 255..<258, 299..<300, 0..<300] {
                let part = Self.part(rows: rows, columns: columns, table: table)
                var expected = [Float](repeating: 7, count: whole.count)
                for row in rows {
                    for column in columns {
                        expected[row * Self.columns + column] = whole[row * Self.columns + column]
                    }
                }
                #expect(part == expected, "rows \(rows), columns \(columns)")
            }
        }
    }

    @Test("a product of any depth is right", arguments: Kernels.supported.indices)
    func depths(table: Int) {
        for depth in [1, 2, 7, 8, 9, 31, 319, 320, 321, 328, 639, 640, 641, 650] {
            let y = Self.part(rows: 0..<13, columns: 0..<35, depth: depth, activation: CK_NONE, table: table)
            for (row, column) in [(0, 0), (5, 31), (11, 32), (12, 34)] {
                var sum = Double(Self.bias[column])
                for k in 0..<depth {
                    sum += Double(Self.x[row * depth + k]) * Double(Self.weights[column * depth + k])
                }
                let value = Double(y[row * Self.columns + column])
                #expect(abs(value - sum) < 2e-6 * Double(depth).squareRoot(), "depth \(depth), \(row), \(column)")
            }
        }
    }
}
