import Tensors

extension Operation {
    static let convolutions = [
        convolution(7, 5, 3, 4),
        convolution(1, 1, 2, 3),
        convolution(6, 1, 4, 4, bias: false),
        convolution(24, 20, 8, 100),  // rows and columns in blocks
        convolution(41, 40, 4, 70),  // so many pixels that columns are not cut
        convolution(13, 17, 64, 9),  // deeper than one block of a product
        convolution(5, 6, 16, 7, window: (1, 1), padding: Padding(0)),
        convolution(45, 40, 5, 66, window: (1, 1), padding: Padding(0), bias: false),
        convolution(9, 8, 3, 5, window: (1, 1), stride: 2, padding: Padding(0)),
        convolution(4, 5, 3, 5, window: (1, 1), padding: Padding(1)),
        convolution(9, 11, 5, 6, stride: 2),
        // diffusers pads below and to the right before it halves a picture
        convolution(32, 33, 6, 8, stride: 2, padding: Padding(top: 0, left: 0, bottom: 1, right: 1)),
        convolution(8, 9, 4, 3, window: (2, 3), padding: Padding(top: 3, left: 1, bottom: 0, right: 4)),
        convolution(11, 12, 3, 4, window: (5, 4), stride: 3, padding: Padding(top: 0, left: 2, bottom: 1, right: 0)),
        // by Winograd's method
        convolution(16, 16, 32, 48, tolerance: 1e-5),
        convolution(13, 18, 33, 35, bias: false, tolerance: 1e-5),
        convolution(15, 14, 40, 130, padding: Padding(top: 0, left: 1, bottom: 1, right: 0), tolerance: 1e-5),
        convolution(19, 12, 64, 32, padding: Padding(top: 2, left: 0, bottom: 0, right: 3), tolerance: 1e-5),
        convolution(9, 9, 530, 40, tolerance: 1e-5),  // channels in chunks
        convolution(8, 8, 352, 352, tolerance: 1e-5),  // weights in blocks
        convolution(44, 40, 32, 33, tolerance: 1e-5),  // groups of tiles across pictures
        convolution(125, 127, 32, 32, tolerance: 1e-5),  // a group is a block
        // into rows of a larger picture
        convolution(9, 8, 6, 5, row: 4),
        convolution(13, 9, 36, 40, tolerance: 1e-5, row: 3),
    ]

    private static func convolution(
        _ height: Int, _ width: Int, _ inputs: Int, _ outputs: Int, window: (rows: Int, columns: Int) = (3, 3),
        stride: Int = 1, padding: Padding = Padding(1), bias: Bool = true, tolerance: Double = 1e-6,
        row: Int? = nil
    ) -> Operation {
        let weight = Tensor.seeded([outputs, inputs, window.rows, window.columns], seed: 2)
        let layer = Convolution(
            weight: Parameter(weight), bias: bias ? .seeded([outputs], seed: 3) : nil, stride: stride,
            padding: padding)
        let sides = [padding.top, padding.left, padding.bottom, padding.right]
        return Operation(
            "convolution \(height)×\(width), \(inputs) → \(outputs)\(bias ? " with bias" : ""), "
                + "window \(window.rows)×\(window.columns), stride \(stride), padding \(sides)"
                + (row.map { ", into rows from \($0) on" } ?? ""),
            [.seeded([items, height, width, inputs], seed: 1)], tolerance: tolerance,
            call: { backend, x in
                row.map { placed(x[0], layer, row: $0, on: backend) } ?? backend.convolution(x[0], layer)
            },
            reference: { x in
                let picture = ReferenceArray([height, width, inputs], x[0])
                let kernel = weight.doubles
                let bias = layer.bias?.doubles
                var result: [Double] = []
                for top in Swift.stride(
                    from: -padding.top, through: height + padding.bottom - window.rows, by: stride)
                {
                    for left in Swift.stride(
                        from: -padding.left, through: width + padding.right - window.columns, by: stride)
                    {
                        for output in 0..<outputs {
                            var sum = bias?[output] ?? 0
                            for row in 0..<window.rows where (0..<height).contains(top + row) {
                                for column in 0..<window.columns where (0..<width).contains(left + column) {
                                    for input in 0..<inputs {
                                        let tap =
                                            ((output * inputs + input) * window.rows + row) * window.columns + column
                                        sum += kernel[tap] * picture[top + row, left + column, input]
                                    }
                                }
                            }
                            result.append(sum)
                        }
                    }
                }
                return result
            })
    }

    /// Each picture's convolution, written into rows of a larger one, of which no other changes.
    private static func placed(
        _ x: Tensor, _ layer: Convolution, row: Int, on backend: any ComputeBackend
    ) -> Tensor {
        let size = layer.outputSize(height: x.shape[1], width: x.shape[2])
        return Tensor(
            joining: (0..<x.shape[0]).map { item in
                let blank = Tensor(shape: [1, row + size.height + 1, size.width, layer.outputs], repeating: 7)
                var result = blank
                backend.convolution(x.batchItem(item), layer, into: &result, row: row)
                precondition(blank.values.allSatisfy { $0 == 7 }, "a copy has changed")
                precondition(result.rows(0..<row).values.allSatisfy { $0 == 7 }, "a row above has changed")
                precondition(
                    result.rows(row + size.height..<row + size.height + 1).values.allSatisfy { $0 == 7 },
                    "a row below has changed")
                return result.rows(row..<row + size.height).copied()
            })
    }
}
