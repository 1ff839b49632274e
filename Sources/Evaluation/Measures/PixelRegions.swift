/// The connected parts of a mask.
struct PixelRegion {
    /// Pixels.
    var area = 0
    var rows = Int.max...Int.max
    var columns = Int.max...Int.max
    /// The mean place of its pixels.
    var centre: (row: Double, column: Double) = (0, 0)

    /// Pixels that touch at an edge belong together.
    static func regions(of mask: [Bool], width: Int) -> [PixelRegion] {
        var isSeen = mask.map { !$0 }
        var regions: [PixelRegion] = []
        for start in mask.indices where !isSeen[start] {
            isSeen[start] = true
            var stack = [start]
            var region = PixelRegion()
            var (top, bottom, left, right) = (Int.max, 0, Int.max, 0)
            while let index = stack.popLast() {
                let (row, column) = index.quotientAndRemainder(dividingBy: width)
                region.area += 1
                region.centre.row += Double(row)
                region.centre.column += Double(column)
                (top, bottom) = (min(top, row), max(bottom, row))
                (left, right) = (min(left, column), max(right, column))
                let neighbours = [
                    column > 0 ? index - 1 : -1, column + 1 < width ? index + 1 : -1, index - width, index + width,
                ]
                for next in neighbours where mask.indices.contains(next) && !isSeen[next] {
                    isSeen[next] = true
                    stack.append(next)
                }
            }
            (region.rows, region.columns) = (top...bottom, left...right)
            region.centre.row /= Double(region.area)
            region.centre.column /= Double(region.area)
            regions.append(region)
        }
        return regions
    }

    /// The radius of a circle of this area, in pixels.
    var radius: Double { (Double(area) / .pi).squareRoot() }
    /// The longer edge of what surrounds it by the shorter one.
    var elongation: Double {
        let (high, wide) = (Double(rows.count), Double(columns.count))
        return max(high, wide) / min(high, wide)
    }
    /// The share of what surrounds it that it fills; 0.79 for a circle.
    var fill: Double { Double(area) / Double(rows.count * columns.count) }
}
