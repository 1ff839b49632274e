/// A square that is painted in the coordinates of a ``Scene``, whatever its number of pixels.
struct Canvas {
    /// A pixel, and the place of its centre.
    struct Place {
        var row: Int
        var column: Int
        var x: Float
        var y: Float
    }

    /// What a brush leaves: a colour over so much of what was there.
    struct Stroke {
        var colour: Colour
        var coverage: Float
    }

    /// A rectangle in the coordinates of the scene.
    struct Box {
        var left: Float = 0
        var top: Float = 0
        var right: Float = 1
        var bottom: Float = 1
    }

    /// Pixels in each direction.
    let edge: Int
    /// Pixels a unit of the scene's coordinates.
    let scale: Float
    private var pixels: [Colour]

    init(edge: Int) {
        self.edge = edge
        scale = Float(edge)
        pixels = Array(repeating: .zero, count: edge * edge)
    }

    subscript(row: Int, column: Int) -> Colour { pixels[row * edge + column] }

    /// The centre of a row or column.
    func centre(_ index: Int) -> Float { (Float(index) + 0.5) / scale }

    /// The row that a height falls in, or the column of a width; limited to those there are.
    func index(_ place: Float) -> Int { min(max(Int((place * scale).rounded(.down)), 0), edge - 1) }

    /// How much of a pixel lies on the inner side of an edge, by the signed distance of its centre.
    @inline(__always)
    func coverage(_ distance: Float) -> Float { limit(distance * scale + 0.5) }

    /// Lets a brush pass over every pixel of a box and a little around it.
    @inline(__always)
    mutating func paint(_ box: Box = Box(), with brush: (Place) -> Stroke) {
        let rows = range(box.top, box.bottom)
        let columns = range(box.left, box.right)
        paint(rows: rows, columns: columns, with: brush)
    }

    /// Lets a brush pass over every pixel of these rows and columns.
    @inline(__always)
    mutating func paint(rows: Range<Int>, columns: Range<Int>? = nil, with brush: (Place) -> Stroke) {
        for row in rows {
            let y = centre(row)
            for column in columns ?? 0..<edge {
                let stroke = brush(Place(row: row, column: column, x: centre(column), y: y))
                guard stroke.coverage > 0 else { continue }
                let index = row * edge + column
                pixels[index] = mix(pixels[index], stroke.colour, stroke.coverage)
            }
        }
    }

    private func range(_ low: Float, _ high: Float) -> Range<Int> {
        let first = min(max(Int(low * scale) - 2, 0), edge)
        return first..<max(first, min(Int(high * scale) + 3, edge))
    }

    /// Every level, 0...255: rounded half up, as the painter of the model's training pictures does.
    func levels() -> [UInt8] {
        var levels: [UInt8] = []
        levels.reserveCapacity(3 * pixels.count)
        for pixel in pixels {
            let level = pixel.clamped(lowerBound: .zero, upperBound: .one) * 255 + 0.5
            for channel in 0..<3 { levels.append(UInt8(level[channel])) }
        }
        return levels
    }
}
