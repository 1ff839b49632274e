import Tensors

extension Operation {
    static let resizing = sizes.map(nearest) + sizes.map(bicubic)

    private typealias Resizing = (from: (height: Int, width: Int), to: (height: Int, width: Int), channels: Int)

    private static let sizes: [Resizing] = [
        ((4, 3), (8, 6), 5),
        ((5, 7), (13, 11), 3),
        ((17, 9), (6, 4), 4),
        ((1, 1), (5, 6), 2),
        ((6, 5), (6, 5), 1),
        ((40, 50), (150, 141), 4),  // several strips
        ((150, 30), (70, 80), 3),
    ]

    private static func nearest(_ resizing: Resizing) -> Operation {
        let (from, to, channels) = resizing
        return Operation(
            "nearest \(from.height)×\(from.width) → \(to.height)×\(to.width) × \(channels)",
            [.seeded([items, from.height, from.width, channels], seed: 1)], tolerance: 0,
            call: { backend, x in backend.resizeNearest(x[0], height: to.height, width: to.width) },
            reference: { x in
                let picture = ReferenceArray([from.height, from.width, channels], x[0])
                var result: [Double] = []
                for row in 0..<to.height {
                    for column in 0..<to.width {
                        let source = (row * from.height / to.height, column * from.width / to.width)
                        for channel in 0..<channels { result.append(picture[source.0, source.1, channel]) }
                    }
                }
                return result
            })
    }

    private static func bicubic(_ resizing: Resizing) -> Operation {
        let (from, to, channels) = resizing
        return Operation(
            "bicubic \(from.height)×\(from.width) → \(to.height)×\(to.width) × \(channels)",
            [.seeded([items, from.height, from.width, channels], seed: 1)], tolerance: 2e-6,
            call: { backend, x in backend.resizeBicubic(x[0], height: to.height, width: to.width) },
            reference: { x in
                let picture = ReferenceArray([from.height, from.width, channels], x[0])
                var result: [Double] = []
                for row in 0..<to.height {
                    let vertical = cubicTaps(row, of: to.height, from: from.height)
                    for column in 0..<to.width {
                        let horizontal = cubicTaps(column, of: to.width, from: from.width)
                        for channel in 0..<channels {
                            var sum = 0.0
                            for line in vertical {
                                for tap in horizontal {
                                    sum += line.weight * tap.weight * picture[line.index, tap.index, channel]
                                }
                            }
                            result.append(sum)
                        }
                    }
                }
                return result
            })
    }

    /// The four positions around that of output `position`, and the values there of Keys' kernel with a = −0.75.
    /// torch computes the position in binary32, and so does this: where it lies is part of the definition.
    private static func cubicTaps(_ position: Int, of count: Int, from size: Int) -> [(index: Int, weight: Double)] {
        let centre = Double((Float(position) + 0.5) * (Float(size) / Float(count)) - 0.5)
        let floor = Int(centre.rounded(.down))
        return (floor - 1...floor + 2).map { tap in
            let x = abs(centre - Double(tap))
            let a = -0.75
            let weight =
                x <= 1
                ? (a + 2) * x * x * x - (a + 3) * x * x + 1
                : a * x * x * x - 5 * a * x * x + 8 * a * x - 4 * a
            return (min(max(tap, 0), size - 1), weight)
        }
    }
}
