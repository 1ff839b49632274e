import Tensors

extension Operation {
    /// Around the lengths of vectors, and more than one thread takes at a time.
    private static let counts = [1, 3, 4, 5, 7, 8, 9, 16, 31, 70001]

    static let elementwise =
        counts.map(add) + [addRegion(7, 9, 3), addRegion(40, 30, 33)]
        + counts.flatMap { count in [.none, .silu, .gelu, .quickGELU].map { activate(count, $0) } }
        + [gatedGELU(5, 1), gatedGELU(3, 5), gatedGELU(2, 8), gatedGELU(7, 33), gatedGELU(50, 1500)]

    static let clamps = counts.map(clamp)

    // The inputs are multiples of 2⁻²³, so that their sums are exact.
    private static func add(_ count: Int) -> Operation {
        Operation(
            "add \(count)", [.seeded([items, count], seed: 1), .seeded([items, count], seed: 2)], tolerance: 0,
            call: { backend, x in backend.add(x[0], x[1]) },
            reference: { x in zip(x[0], x[1]).map(+) })
    }

    /// All but the upper row and the columns at the sides, into rows from the second on.
    private static func addRegion(_ height: Int, _ width: Int, _ channels: Int) -> Operation {
        let region = Region(rows: 1..<height, columns: 1..<width - 1)
        return Operation(
            "add a region of \(height)×\(width), \(channels) channels",
            [
                .seeded([items, height, width, channels], seed: 1),
                .seeded([items, height + 1, width - 2, channels], seed: 2),
            ], tolerance: 0,
            call: { backend, x in
                Tensor(
                    joining: (0..<x[0].shape[0]).map { item in
                        var result = x[1].batchItem(item)
                        backend.add(x[0].batchItem(item), region, to: &result, row: 1)
                        precondition(!result.hasSameBits(as: x[1].batchItem(item)), "nothing was added to a copy")
                        return result
                    })
            },
            reference: { x in
                let line = (width - 2) * channels
                return x[1].enumerated().map { index, value in
                    let (row, element) = index.quotientAndRemainder(dividingBy: line)
                    guard (1..<height).contains(row) else { return value }
                    return value + x[0][row * width * channels + channels + element]
                }
            })
    }

    private static func activate(_ count: Int, _ activation: Activation) -> Operation {
        Operation(
            "activate \(count), \(activation)", [.seeded([items, count], seed: 1, in: -12...12)], tolerance: 2e-7,
            call: { backend, x in backend.activate(x[0], activation) },
            reference: { x in x[0].map(activation.reference) })
    }

    private static func gatedGELU(_ rows: Int, _ width: Int) -> Operation {
        Operation(
            "gated GELU of \(rows) × \(2 * width)", [.seeded([items, rows, 2 * width], seed: 1, in: -4...4)],
            tolerance: 5e-7,
            call: { backend, x in backend.gatedGELU(x[0]) },
            reference: { x in
                (0..<rows * width).map { index in
                    let value = index / width * 2 * width + index % width
                    return x[0][value] * Activation.gelu.reference(x[0][value + width])
                }
            })
    }

    private static func clamp(_ count: Int) -> Operation {
        Operation(
            "clamp \(count)", [.seeded([items, count], seed: 1, in: -2...2)], tolerance: 0,
            call: { backend, x in backend.clamp(x[0], to: -0.75...1.25) },
            reference: { x in x[0].map { min(max($0, -0.75), 1.25) } })
    }
}
