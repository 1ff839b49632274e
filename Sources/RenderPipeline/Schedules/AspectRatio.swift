/// Turns areas into sizes of one aspect ratio, in the ways of ``SizeSchedule``.
struct AspectRatio {
    /// Keeps a root that is an integer but for its last bits from being rounded to the wrong side.
    static let slack = 1e-9

    private let ratio: Double
    private let cell: Int

    /// The ratio of `target`; sizes become multiples of `cell` pixels.
    init(_ target: Extent, cell: Int) {
        ratio = Double(target.height) / Double(target.width)
        self.cell = cell
    }

    /// The size whose area is that of a square of `edge` pixels, truncated to whole pixels.
    func truncated(_ edge: Int) -> Extent {
        let root = ratio.squareRoot()
        return Extent(height: Int(Double(edge) * root), width: Int(Double(edge) / root))
    }

    /// Rounded down to whole cells, every operation rounded to float32 as torch does it.
    func truncatedInFloat32(area: Float) -> Extent {
        func edge(_ square: Float) -> Int { TorchSquareRoot.floor(square, toMultipleOf: cell) }
        return Extent(height: edge(area * Float(ratio)), width: edge(area / Float(ratio)))
    }

    /// Rounded down to whole cells, at least one.
    func roundedDown(area: Double) -> Extent {
        func edge(_ square: Double) -> Int { Int((square.squareRoot() + Self.slack) / Double(cell)) * cell }
        return Extent(height: max(cell, edge(area * ratio)), width: max(cell, edge(area / ratio)))
    }

    /// Rounded up to whole pixels, but for `slack`, and then to whole cells.
    func roundedUp(area: Double, slack: Double) -> Extent {
        func edge(_ square: Double) -> Int {
            let pixels = Int((square.squareRoot() - slack).rounded(.up))
            return (pixels + cell - 1) / cell * cell
        }
        return Extent(height: edge(area * ratio), width: edge(area / ratio))
    }
}
