/// Shapes of one colour with smooth edges.
extension Canvas {
    /// A convex polygon.
    mutating func polygon(_ corners: [(x: Float, y: Float)], _ colour: Colour, coverage: Float = 1) {
        guard let first = corners.first else { return }
        var box = Box(left: first.x, top: first.y, right: first.x, bottom: first.y)
        var area: Float = 0
        var edges: [(x: Float, y: Float, dx: Float, dy: Float)] = []
        for (index, corner) in corners.enumerated() {
            let next = corners[(index + 1) % corners.count]
            box.left = min(box.left, corner.x)
            box.right = max(box.right, corner.x)
            box.top = min(box.top, corner.y)
            box.bottom = max(box.bottom, corner.y)
            area += corner.x * next.y - corner.y * next.x
            let (dx, dy) = (next.x - corner.x, next.y - corner.y)
            let length = (dx * dx + dy * dy).squareRoot() + 1e-9
            edges.append((corner.x, corner.y, dx / length, dy / length))
        }
        let sign: Float = area > 0 ? 1 : -1
        let scale = scale
        paint(box) { place in
            var inside = Float.infinity
            for edge in edges {
                inside = min(inside, sign * (edge.dx * (place.y - edge.y) - edge.dy * (place.x - edge.x)))
            }
            return Stroke(colour: colour, coverage: limit(inside * scale + 0.5) * coverage)
        }
    }

    /// An upright rectangle.
    mutating func rectangle(
        _ x: ClosedRange<Float>, _ y: ClosedRange<Float>, _ colour: Colour, coverage: Float = 1
    ) {
        polygon(
            [
                (x.lowerBound, y.lowerBound), (x.upperBound, y.lowerBound), (x.upperBound, y.upperBound),
                (x.lowerBound, y.upperBound),
            ], colour, coverage: coverage)
    }

    /// An ellipse whose axes are those of the picture.
    mutating func ellipse(x: Float, y: Float, radiusX: Float, radiusY: Float, _ colour: Colour) {
        let scale = scale
        paint(Box(left: x - radiusX, top: y - radiusY, right: x + radiusX, bottom: y + radiusY)) { place in
            let (dx, dy) = ((place.x - x) / radiusX, (place.y - y) / radiusY)
            let inside = (1 - (dx * dx + dy * dy).squareRoot()) * min(radiusX, radiusY)
            return Stroke(colour: colour, coverage: limit(inside * scale + 0.5))
        }
    }
}
